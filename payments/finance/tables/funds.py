"""R10, funds: what each held before the period, received, gave back and holds after it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.entities.models import LegalEntity
from payments.finance.columns import Column, Row, amount, amount_columns
from payments.finance.links import to_report
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.ledger.accounts import CONTRA_INCOME, INCOME
from payments.ledger.models import LedgerEntry

_COLUMNS = (
    Column("fund", is_shown=False),
    Column("fund_name", heading="Fund", link=to_report("gift_register", fund="fund")),
    Column("restricted", labels={"yes": "Restricted", "no": "Unrestricted"}, heading="Kind"),
    Column("currency"),
    *amount_columns("opening", currency="currency", is_summed=False),
    *amount_columns("received", currency="currency"),
    *amount_columns("given_back", currency="currency"),
    *amount_columns("closing", currency="currency", is_summed=False),
)


def _rows(filters: Filters) -> Iterator[Row]:
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    for row in _sums(entity, selection.first, selection.last):
        # A credit is negative in the ledger; what a fund holds is positive here.
        opening, received, given_back = -row["opening"], -row["received"], -row["given_back"]
        currency = row["currency"]
        yield (
            row["fund__code"],
            row["fund__name"],
            "yes" if row["fund__is_restricted"] else "no",
            currency,
            *amount(opening, currency),
            *amount(received, currency),
            *amount(given_back, currency),
            *amount(opening + received + given_back, currency),
        )


def _sums(entity: LegalEntity, first: date | None, last: date | None) -> Iterator[dict[str, Any]]:
    """Sum the income and contra income of each fund in one statement, by accounting date."""
    entries = LedgerEntry.objects.filter(
        posting__entity=entity, fund__isnull=False, account__in=(*INCOME, *CONTRA_INCOME)
    )
    if last is not None:
        entries = entries.filter(posting__accounting_on__lte=last)
    before = Q(posting__accounting_on__lt=first) if first else Q(pk__in=())
    within = ~before if first else Q()
    sums: QuerySet[Any, Any] = (
        entries.order_by()
        .values("fund__code", "fund__name", "fund__is_restricted", "currency")
        .annotate(
            opening=Coalesce(Sum("amount", filter=before), 0),
            received=Coalesce(Sum("amount", filter=within & Q(account__in=INCOME)), 0),
            given_back=Coalesce(Sum("amount", filter=within & Q(account__in=CONTRA_INCOME)), 0),
        )
        .order_by("fund__name", "fund__code", "currency")
    )
    return sums.iterator()


FUNDS = Table(
    code="R10",
    name="funds",
    title="Funds",
    definition=(
        "What each fund held before the period, received, gave back and holds after it, in the currency that Stripe "
        "settled in, by accounting date and before Stripe’s fees."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
)
