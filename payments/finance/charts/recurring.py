"""What recurring revenue gained and lost, month by month: in the newspaper's own currency where rates allow."""

from collections.abc import Sequence

from payments.entities.models import LegalEntity
from payments.finance.charts.figures import (
    MONTHS,
    ChartFigure,
    ChartRow,
    figure_of,
    listed,
    spans,
)
from payments.finance.dashboard.months import month_filters, months_before
from payments.finance.links import report_address
from payments.finance.measures.recurring_revenue import Valued, revenue
from payments.finance.months.calendar import Month
from payments.finance.recurring_months import (
    OWN,
    RecurringMonth,
    RecurringSelection,
    recurring_months,
)

_MEANING = "What new, returning, raised and resumed gifts added, and what lowered, paused and ended ones took"
_NOT_KNOWN = (None, None, None)


def recurring_figures(entity: LegalEntity, month: Month) -> list[ChartFigure]:
    """Draw gains and losses of twelve months in the entity's own currency, from five statements.

    A month without all its rates has no sum in it, so each currency of such a month is drawn by itself as well.
    """
    own, months = entity.default_currency, months_before(month, MONTHS)
    selection = RecurringSelection(
        entity.slug, months[0].first_on, months[-1].last_on, stated_in=OWN
    )
    told = {Month.of(each.first): each for each in recurring_months(selection, entity=entity)}
    unknown = [each for each in months if each in told and told[each].valued is None]
    whole = _figure(
        "recurring",
        "Recurring revenue gained and lost",
        own,
        [
            ChartRow(
                str(each),
                report_address("recurring_revenue", month_filters(entity, each, stated_in=OWN)),
                _values(told[each].valued) if each in told else (0, 0, 0),
            )
            for each in months
        ],
        _missing(told, unknown, own),
    )
    currencies = sorted({currency for each in unknown for currency in told[each].rolls})
    return [whole, *(_in_its_own(entity, months, told, currency) for currency in currencies)]


def _in_its_own(
    entity: LegalEntity, months: Sequence[Month], told: dict[Month, RecurringMonth], currency: str
) -> ChartFigure:
    rolls = {month: each.rolls.get(currency) for month, each in told.items()}
    return _figure(
        f"recurring-{currency.lower()}",
        f"Recurring revenue in {currency} gained and lost",
        currency,
        [
            ChartRow(
                str(each),
                report_address("recurring_revenue", month_filters(entity, each, currency=currency)),
                _values([Valued(roll)]) if (roll := rolls.get(each)) else (0, 0, 0),
            )
            for each in months
        ],
    )


def _values(valued: list[Valued] | None) -> Sequence[int | None]:
    """Return what a month gained, what it lost, and what it ended with."""
    if valued is None:
        return _NOT_KNOWN
    told = revenue(valued)
    moved = told.moved.values()
    return [sum(v for v in moved if v > 0), sum(v for v in moved if v < 0), told.closing]


def _missing(told: dict[Month, RecurringMonth], unknown: Sequence[Month], own: str) -> str:
    if not unknown:
        return ""
    unrated = sorted({currency for each in unknown for currency in told[each].unrated})
    return (
        f"{spans(unknown)}: no exchange rate of {listed(unrated)} is known, so there is no sum in {own}. Each currency "
        "follows by itself."
    )


def _figure(
    name: str, title: str, currency: str, rows: Sequence[ChartRow], missing: str = ""
) -> ChartFigure:
    return figure_of(
        name,
        title=title,
        description=_MEANING,
        currency=currency,
        series=["Gained", "Lost"],
        rows=rows,
        last_heading="At the end",
        missing=missing,
    )
