"""What Stripe paid out, month by month, in each currency of the newspaper's bank accounts."""

from collections import defaultdict

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from payments.entities.models import LegalEntity
from payments.finance.charts.figures import MONTHS, ChartFigure, ChartRow, figure_of
from payments.finance.dashboard.months import month_filters, months_before
from payments.finance.links import report_address
from payments.finance.months.calendar import Month
from payments.reconciliation.payout_models import PayoutStatus
from payments.reconciliation.queries import payouts_between


def payouts_figures(entity: LegalEntity, month: Month) -> list[ChartFigure]:
    """Draw what was paid out in twelve months, a chart a currency, the entity's own first; one statement."""
    own, months = entity.default_currency, months_before(month, MONTHS)
    sums: dict[str, dict[Month, int]] = defaultdict(lambda: defaultdict(int))
    paid = (
        payouts_between(entity, first=months[0].first_on, last=months[-1].last_on)
        .exclude(status__in=[PayoutStatus.FAILED, PayoutStatus.CANCELED])
        .order_by()
        .annotate(month=TruncMonth("arrival_on"))
        .values_list("currency", "month")
        .annotate(Sum("amount"))
    )
    for currency, first, amount in paid:
        sums[currency][Month.of(first)] += amount
    return [
        _figure(entity, months, currency, sums[currency])
        for currency in [own, *sorted(sums.keys() - {own})]
    ]


def _figure(
    entity: LegalEntity, months: list[Month], currency: str, sums: dict[Month, int]
) -> ChartFigure:
    is_own = currency == entity.default_currency
    return figure_of(
        "payouts" if is_own else f"payouts-{currency.lower()}",
        title=f"Payouts in {currency} by month",
        description="What Stripe sent to the bank, by the month in which it arrives, without payouts that failed",
        currency=currency,
        series=["Paid out"],
        rows=[
            ChartRow(
                str(each), report_address("payouts", month_filters(entity, each)), [sums[each]]
            )
            for each in months
        ],
    )
