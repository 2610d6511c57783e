"""R10a, the lines of the ledger behind what funds hold."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.db.models import Max, QuerySet, Sum
from django.urls import reverse

from payments.campaigns.models import Frequency, Fund
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Figures, Row, Value, amount, amount_columns
from payments.finance.filters import PeriodForm, currency_field
from payments.finance.screen import FiguredRows, QueryRows
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.ledger.accounts import CONTRA_INCOME, INCOME, OF_FUNDS, LedgerAccount
from payments.ledger.models import LedgerEntry
from payments.ledger.sums.queries import entries_moved

_CHUNK = 2000


class FundMovement(models.TextChoices):
    RECEIVED = "received", "Received"  # Income, fee cover included.
    GIVEN_BACK = "given_back", "Given back"  # Refunds, returned debits and disputes.
    RELEASED = "released", "Released"  # Spent on the fund's purpose, or taken back.


_ACCOUNTS: dict[str, tuple[LedgerAccount, ...]] = {
    "": OF_FUNDS,
    FundMovement.RECEIVED: INCOME,
    FundMovement.GIVEN_BACK: CONTRA_INCOME,
    FundMovement.RELEASED: (LedgerAccount.FUNDS_RELEASED,),
}
_MOVEMENTS = {
    str(account): str(movement)
    for movement, accounts in _ACCOUNTS.items()
    if movement
    for account in accounts
}


@dataclass(frozen=True, slots=True)
class FundSelection(PeriodSelection):
    """Lines of funds by accounting date, narrowed to one fund, settlement currency and kind of movement."""

    fund: str = ""
    currency: str = ""
    movement: str = ""


class FundForm(PeriodForm):
    """The filters of lines of funds."""

    fund = forms.ChoiceField(label="Fund", required=False)
    currency = currency_field()
    movement = forms.ChoiceField(
        label="What moved it", required=False, choices=[("", "All"), *FundMovement.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        funds = Fund.objects.order_by("name", "code").values_list("code", "name").distinct()
        self.offer("fund", [("", "All"), *funds])


def _to_cause(values: Mapping[str, Value], filters: Mapping[str, str]) -> str:
    if values["release"]:
        return reverse("payments:fund_release", args=[str(values["release"])])
    return reverse("payments:payment", args=[str(values["payment"])]) if values["payment"] else ""


_COLUMNS = (
    Column("accounting_on", ColumnKind.DATE, heading="Counts on"),
    Column("original_on", ColumnKind.DATE, heading="Happened on"),
    Column("fund", is_shown=False),
    Column("fund_name", heading="Fund"),
    Column("movement", labels=dict(FundMovement.choices)),
    Column("account", labels=dict(LedgerAccount.choices)),
    Column("gift_class", heading="Class", labels=dict(Frequency.choices)),
    Column("description", link=_to_cause),
    Column("reason"),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency"),
    Column("payment", is_shown=False),
    Column("release", is_shown=False),
)
_FIELDS = (
    "posting__accounting_on",
    "posting__original_on",
    "fund_id",
    "account",
    "gift_class",
    "posting__description",
    "posting__reason",
    "currency",
    "amount",
    "posting__balance_transaction__payment__reference",
    "posting__release__reference",
)
_ORDER = ("posting__accounting_on", "posting__posted_at", "posting_id", "id")


class _Lines(QueryRows, FiguredRows):
    """The lines by the page; how many there are and what they come to is read from sums of days."""

    def __init__(self, selection: FundSelection) -> None:
        lines = _lines(selection).order_by(*_ORDER).values_list(*_FIELDS)
        super().__init__(lines, _row_with(_funds(selection)), count=lambda: self.figures.row_count)
        self._selection = selection

    @cached_property
    def figures(self) -> Figures:
        entity = LegalEntity.objects.get(slug=self._selection.entity)
        funds, accounts = _funds(self._selection), _ACCOUNTS[self._selection.movement]
        moved = [
            each
            for each in entries_moved(
                entity, first=self._selection.first, last=self._selection.last
            )
            if each.fund_id in funds
            and each.account in accounts
            and self._selection.currency in ("", each.currency)
        ]
        sums: Counter[str] = Counter()
        for each in moved:
            sums[each.currency] -= each.balance
        row_count = sum(each.count for each in moved)
        return Figures(row_count, {"amount_minor": dict(sums)}, fingerprint=str(row_count))


def _funds(selection: FundSelection) -> dict[int, tuple[str, str]]:
    """Return the code and the name of each fund that is selected."""
    funds = Fund.objects.filter(entity__slug=selection.entity)
    if selection.fund:
        funds = funds.filter(code=selection.fund)
    return {pk: (code, name) for pk, code, name in funds.values_list("pk", "code", "name")}


def _lines(selection: FundSelection) -> QuerySet[LedgerEntry]:
    """Return the lines, not joined with their funds: a database would begin with those, and read all lines of each."""
    lines = LedgerEntry.objects.filter(
        posting__entity__slug=selection.entity,
        fund__isnull=False,
        account__in=_ACCOUNTS[selection.movement],
    )
    wanted: dict[str, Any] = {
        "posting__accounting_on__gte": selection.first,
        "posting__accounting_on__lte": selection.last,
        "currency": selection.currency,
    }
    if selection.fund:
        lines = lines.filter(fund__in=list(_funds(selection)))
    return lines.filter(**{name: value for name, value in wanted.items() if value})


def _rows(filters: Filters) -> Iterator[Row]:
    selection = FundSelection.from_filters(filters)
    lines = _lines(selection).order_by(*_ORDER).values_list(*_FIELDS)
    return map(_row_with(_funds(selection)), lines.iterator(chunk_size=_CHUNK))


def _screen(filters: Filters) -> Sequence[Row]:
    return _Lines(FundSelection.from_filters(filters))


def _totals(filters: Filters) -> Figures:
    lines = _lines(FundSelection.from_filters(filters)).order_by()
    sums = lines.values_list("currency").annotate(Sum("amount")).order_by("currency")
    return Figures(
        row_count=lines.count(),
        sums={"amount_minor": {currency: -minor for currency, minor in sums}},
        # Lines are only ever added.
        fingerprint=str(lines.aggregate(latest=Max("id"))["latest"]),
    )


def _row_with(funds: Mapping[int, tuple[str, str]]) -> Callable[[tuple[Any, ...]], Row]:
    def row(values: tuple[Any, ...]) -> Row:
        counts_on, happened_on, fund, account, *words, currency, minor, payment, release = values
        return (
            counts_on,
            happened_on,
            *funds[fund],
            _MOVEMENTS[account],
            account,
            *words,
            currency,
            # A credit is negative in the ledger; what a fund holds is positive here.
            *amount(-minor, currency),
            str(payment) if payment else None,
            str(release) if release else None,
        )

    return row


FUND_MOVEMENTS = Table(
    code="R10a",
    name="fund_movements",
    title="Funds, line by line",
    definition=(
        "Every line of the ledger that moved what a fund holds, by the day on which it counts: gifts and what was "
        "added for fees, what was given back, and what was released to the fund’s purpose. A fund holds their sum."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=FundForm,
    screen=_screen,
    totals=_totals,
)
