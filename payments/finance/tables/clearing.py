"""R3, the roll-forward of Stripe's balance: what it held, what moved it, what it holds, and what Stripe says."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from payments.entities.models import LegalEntity
from payments.finance.columns import Column, Row, amount, amount_columns
from payments.finance.links import to_report
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.ledger.sums.queries import lines_moved
from payments.periods import civil_date
from payments.reconciliation.clearing import clearing_rollforward
from payments.reconciliation.models import StripeBalance

# Before the first day that a report may begin with, nothing was booked.
_BEGINNING = date(2000, 1, 1)

_LINES = {
    "opening": "Opening balance",
    "gifts": "Gifts",
    "refunds": "Refunds and returned debits",
    "disputes": "Disputes",
    "fees": "Fees",
    "fx": "Currency conversion",
    "reserves": "Reserves",
    "other": "Other",
    "corrections": "Corrections",
    "payouts": "Payouts",
    "closing": "Closing balance",
    "stripe_closing": "Stripe’s own closing balance",
    "difference": "Difference",
}
_DRILLED = {"gifts": "gift_register", "refunds": "gift_register", "payouts": "payouts"}

_COLUMNS = (
    Column("currency"),
    Column(
        "line",
        labels=_LINES,
        link=lambda values, filters: (
            to_report(_DRILLED[str(values["line"])])(values, filters)
            if values["line"] in _DRILLED
            else ""
        ),
    ),
    *amount_columns("amount", currency="currency", is_summed=False),
)


def _rows(filters: Filters) -> Iterator[Row]:
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    first = selection.first or _BEGINNING
    last = selection.last or civil_date(timezone.now(), entity.time_zone)
    for currency in _currencies(entity):
        rolled = clearing_rollforward(entity, currency, first, last)
        lines: dict[str, int | None] = {
            "opening": rolled.opening,
            **{movement.group: movement.amount for movement in rolled.movements},
            "closing": rolled.closing,
            "stripe_closing": rolled.stripe_closing,
            "difference": rolled.difference,
        }
        for line, minor in lines.items():
            yield currency, line, *amount(minor, currency)


def _currencies(entity: LegalEntity) -> list[str]:
    """Return the currencies that Stripe settles in for us, or has said that it holds."""
    held = StripeBalance.objects.filter(entity=entity).order_by()
    return sorted(
        {each.currency for each in lines_moved()}
        | set(held.values_list("currency", flat=True).distinct())
    )


CLEARING = Table(
    code="R3",
    name="clearing",
    title="Stripe clearing roll-forward",
    definition=(
        "Per currency: what Stripe held for us before the period, everything that moved it by Stripe’s time, what it "
        "should hold after it, and Stripe’s own word on that. A difference must be 0."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
)
