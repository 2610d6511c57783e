"""What reached the newspaper, month by month: in its own currency, and beside it what has no exchange rate yet."""

from payments.entities.models import LegalEntity
from payments.finance.charts.figures import (
    MONTHS,
    ChartFigure,
    ChartRow,
    figure_of,
    listed,
    spans,
)
from payments.finance.dashboard.money import MonthMoney, money_of
from payments.finance.dashboard.months import month_filters, months_before
from payments.finance.links import report_address
from payments.finance.months.calendar import Month

_MEANING = "What reached the newspaper after refunds, disputes and Stripe's fees, month by month"


def received_figures(entity: LegalEntity, month: Month) -> list[ChartFigure]:
    """Draw net income of twelve months in the entity's own currency, from three statements at most.

    What waits for a rate is no part of it, so each currency that it came in is drawn by itself as well, whole.
    """
    own = entity.default_currency
    told = money_of(entity, months_before(month, MONTHS))
    unrated = sorted({currency for money in told.values() for currency in money.unrated})
    whole = figure_of(
        "received",
        title="Net income by month",
        description=_MEANING,
        currency=own,
        series=["Net"],
        rows=[_row(entity, each, _own_net(money, own)) for each, money in told.items()],
        missing=_missing(told, unrated),
    )
    return [whole, *(_in_its_own(entity, told, currency) for currency in unrated)]


def _in_its_own(entity: LegalEntity, told: dict[Month, MonthMoney], currency: str) -> ChartFigure:
    return figure_of(
        f"received-{currency.lower()}",
        title=f"Net income in {currency} by month",
        description=f"{_MEANING}, as Stripe settled it in {currency}",
        currency=currency,
        series=["Net"],
        rows=[
            _row(entity, each, money.sums["net"].get(currency, 0)) for each, money in told.items()
        ],
    )


def _own_net(money: MonthMoney, own: str) -> int | None:
    """Return a month's sum, None where nothing of what happened in it is known in this currency."""
    if money.event_count and money.waiting_count == money.event_count:
        return None
    return money.sums["reporting_net"].get(own, 0)


def _row(entity: LegalEntity, month: Month, net: int | None) -> ChartRow:
    address = report_address("gift_register", month_filters(entity, month))
    return ChartRow(str(month), address, [net])


def _missing(told: dict[Month, MonthMoney], unrated: list[str]) -> str:
    waiting = [month for month, money in told.items() if money.waiting_count]
    if not waiting:
        return ""
    number = sum(money.waiting_count for money in told.values())
    words = (
        f"{number} event{'s' if number > 1 else ''} of {spans(waiting)} {'are' if number > 1 else 'is'} not in it: no "
        "exchange rate, or no line of Stripe's, is known yet."
    )
    if not unrated:
        return words
    alone = "follow by themselves" if len(unrated) > 1 else "follows by itself"
    return f"{words} {listed(unrated)} {alone}."
