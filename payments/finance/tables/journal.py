"""R14, the journal: every line of the ledger by the day on which it counts.

Every column is of rows that are written once, so that a month into which nothing more can be booked gives the same
file whatever happens to its gifts later.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.campaigns.models import Frequency
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Figures, Row, amount, amount_columns
from payments.finance.screen import QueryRows
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.ledger.models import LedgerAccount, LedgerEntry
from payments.ledger.sums.queries import EntriesMoved, entries_moved

_CHUNK = 2000

_COLUMNS = (
    Column("accounting_on", ColumnKind.DATE, heading="Counts on"),
    Column("original_on", ColumnKind.DATE, heading="Happened on"),
    Column("posting", is_shown=False),
    Column("posted_at", ColumnKind.INSTANT, is_shown=False),
    Column("description"),
    Column("reason"),
    Column("account", labels=dict(LedgerAccount.choices)),
    Column("gift_class", heading="Class", labels=dict(Frequency.choices)),
    Column("fund"),
    Column("detail"),
    Column("currency", is_shown=False),
    *amount_columns("debit", currency="currency"),
    *amount_columns("credit", currency="currency"),
    Column("balance_transaction", is_shown=False),
    Column("corrects", is_shown=False),
)

_FIELDS = (
    "posting__accounting_on",
    "posting__original_on",
    "posting_id",
    "posting__posted_at",
    "posting__description",
    "posting__reason",
    "account",
    "gift_class",
    "fund__code",
    "detail",
    "currency",
    "amount",
    "posting__balance_transaction__stripe_id",
    "posting__corrects__balance_transaction__stripe_id",
)
_ORDER = ("posting__accounting_on", "posting__posted_at", "posting_id", "id")


def journal_lines(selection: PeriodSelection) -> QuerySet[LedgerEntry]:
    """Return the lines that count on the selected days, in no order."""
    lines = LedgerEntry.objects.filter(posting__entity__slug=selection.entity)
    if selection.first is not None:
        lines = lines.filter(posting__accounting_on__gte=selection.first)
    if selection.last is not None:
        lines = lines.filter(posting__accounting_on__lte=selection.last)
    return lines


def _rows(filters: Filters) -> Iterator[Row]:
    lines = journal_lines(PeriodSelection.from_filters(filters)).order_by(*_ORDER)
    return map(_row, lines.values_list(*_FIELDS).iterator(chunk_size=_CHUNK))


def _screen(filters: Filters) -> Sequence[Row]:
    selection = PeriodSelection.from_filters(filters)
    lines = journal_lines(selection).order_by(*_ORDER)
    return QueryRows(
        lines.values_list(*_FIELDS),
        _row,
        count=lambda: sum(each.count for each in _moved(selection)),
    )


def _totals(filters: Filters) -> Figures:
    # Of the lines themselves and not of their days' sums: a file is compared with them.
    lines = journal_lines(PeriodSelection.from_filters(filters)).order_by()
    groups = (
        lines.values_list("currency")
        .annotate(
            count=Count("id"),
            debit=Coalesce(Sum("amount", filter=Q(amount__gt=0)), 0),
            credit=Coalesce(Sum(-F("amount"), filter=Q(amount__lt=0)), 0),
        )
        .order_by("currency")
    )
    told = list(groups)
    row_count = sum(count for _, count, _, _ in told)
    return Figures(
        row_count=row_count,
        sums={
            "debit_minor": {currency: debit for currency, _, debit, _ in told},
            "credit_minor": {currency: credit for currency, _, _, credit in told},
        },
        # Lines are only ever added: as many are the same.
        fingerprint=str(row_count),
    )


def _moved(selection: PeriodSelection) -> list[EntriesMoved]:
    entity = LegalEntity.objects.get(slug=selection.entity)
    return entries_moved(entity, first=selection.first, last=selection.last)


def _row(values: tuple[Any, ...]) -> Row:
    counts_on, happened_on, posting, *words, currency, minor, booked, corrected = values
    return (
        counts_on,
        happened_on,
        str(posting),
        *words,
        currency,
        *amount(minor if minor > 0 else None, currency),
        *amount(-minor if minor < 0 else None, currency),
        booked,
        corrected,
    )


JOURNAL = Table(
    code="R14",
    name="journal",
    title="Journal",
    definition=(
        "Every line of the ledger by the day on which it counts. What came after its month was closed counts on the "
        "first day that was open, and keeps the day on which it happened."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    screen=_screen,
    totals=_totals,
)
