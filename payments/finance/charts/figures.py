"""The charts of the desk: a year of what was received, of recurring revenue's movements, and of payouts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from payments.entities.models import LegalEntity
from payments.finance.charts.columns import ColumnChart, Place, column_chart
from payments.finance.dashboard.money import money_of
from payments.finance.dashboard.months import month_filters, months_before
from payments.finance.links import report_address
from payments.finance.measures.recurring_revenue import revenue
from payments.finance.months.calendar import Month
from payments.finance.recurring_months import OWN, RecurringSelection, recurring_months
from payments.money import Money
from payments.reconciliation.payout_models import PayoutStatus
from payments.reconciliation.queries import payouts_between

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of the table beside a chart; `values` are minor units, None where one is not known."""

    label: str
    address: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class ChartFigure:
    """A chart with its title, what it says in words, and the table of its numbers. `chart` is None of nothing."""

    name: str
    title: str
    description: str
    currency: str
    series: Sequence[str]
    rows: Sequence[ChartRow]
    chart: ColumnChart | None
    # The heading of the table's last column, where that is not drawn.
    last_heading: str = ""

    @property
    def has_key(self) -> bool:
        return len(self.series) > 1


def received_figure(entity: LegalEntity, month: Month) -> ChartFigure:
    """Draw net income of twelve months in the entity's own currency; from five statements."""
    own = entity.default_currency
    told = money_of(entity, months_before(month, _MONTHS))
    rows = [
        ChartRow(
            str(each),
            report_address("gift_register", month_filters(entity, each)),
            [money.sums["reporting_net"].get(own, 0)],
        )
        for each, money in told.items()
    ]
    return _figure(
        "received",
        title="Net income by month",
        description="What reached the newspaper after refunds, disputes and Stripe's fees, month by month",
        currency=own,
        series=["Net"],
        rows=rows,
    )


def recurring_figure(entity: LegalEntity, month: Month) -> ChartFigure:
    """Draw what recurring revenue gained and lost in twelve months, in the entity's own currency."""
    own, months = entity.default_currency, months_before(month, _MONTHS)
    selection = RecurringSelection(
        entity.slug, months[0].first_on, months[-1].last_on, stated_in=OWN
    )
    values: dict[Month, list[int | None]] = {}
    for each in recurring_months(selection):
        told = revenue(each.valued) if each.valued is not None else None
        moved = list(told.moved.values()) if told else []
        values[Month.of(each.first)] = (
            [sum(v for v in moved if v > 0), sum(v for v in moved if v < 0), told.closing]
            if told
            else [None, None, None]
        )
    rows = [
        ChartRow(
            str(each),
            report_address("recurring_revenue", month_filters(entity, each, stated_in=OWN)),
            values.get(each, [0, 0, 0]),
        )
        for each in months
    ]
    return _figure(
        "recurring",
        title="Recurring revenue gained and lost",
        description="What new, returning, raised and resumed gifts added, and what lowered, paused and ended ones took",
        currency=own,
        series=["Gained", "Lost"],
        rows=rows,
        last_heading="At the end",
    )


def payouts_figure(entity: LegalEntity, month: Month) -> ChartFigure:
    """Draw what was paid out into the bank account of the entity's own currency, by month; one statement."""
    own, months = entity.default_currency, months_before(month, _MONTHS)
    sums: dict[Month, int] = defaultdict(int)
    paid = (
        payouts_between(entity, first=months[0].first_on, last=months[-1].last_on)
        .filter(currency=own)
        .exclude(status__in=[PayoutStatus.FAILED, PayoutStatus.CANCELED])
        .order_by()
        .annotate(month=TruncMonth("arrival_on"))
        .values_list("month")
        .annotate(Sum("amount"))
    )
    for first, amount in paid:
        sums[Month.of(first)] += amount
    rows = [
        ChartRow(str(each), report_address("payouts", month_filters(entity, each)), [sums[each]])
        for each in months
    ]
    return _figure(
        "payouts",
        title=f"Payouts in {own} by month",
        description="What Stripe sent to the bank, by the month in which it arrives, without payouts that failed",
        currency=own,
        series=["Paid out"],
        rows=rows,
    )


def _figure(  # noqa: PLR0913  the parts of a figure
    name: str,
    *,
    title: str,
    description: str,
    currency: str,
    series: Sequence[str],
    rows: Sequence[ChartRow],
    last_heading: str = "",
) -> ChartFigure:
    drawn = len(series)
    places = [
        Place(
            label=row.label[:3],
            values=[value or 0 for value in row.values[:drawn]],
            words=[
                f"{row.label}, {words.lower()}: {Money(value or 0, currency).format('en-GB')}"
                for words, value in zip(series, row.values[:drawn], strict=True)
            ],
            address=row.address,
        )
        for row in rows
    ]
    has_any = any(value for place in places for value in place.values)
    return ChartFigure(
        name,
        title,
        f"{description}, from {rows[0].label} to {rows[-1].label}.",
        currency,
        series,
        rows,
        column_chart(places) if has_any else None,
        last_heading,
    )
