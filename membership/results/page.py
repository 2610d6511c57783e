"""A campaign's results as its page prints them: nothing is worked out by the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from membership.results.alarms import alarms_of
from membership.results.charts import BarChart, IntervalChart, bar_chart, interval_chart
from membership.results.counts import DEFAULT, HOLDOUT
from membership.results.experiments import holdout_ppm
from membership.results.givers import FirstYear
from membership.results.guardrails import Guardrail, guardrails
from membership.results.money import Money
from membership.results.progress import Progress, progress_of
from membership.results.selections import ResultsSelection
from membership.results.statistics import Interval
from membership.results.table import ResultRow, currencies_of, result_rows
from membership.results.verdicts import Comparison, Outcome

# So many last days are in the table beside a picture.
_DAYS_LISTED = 14
_WORDS = {"variant": "Variant", "slot": "Slot", "country": "Country", "state": "Reader"}


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One group's money in one currency, minor units; `per_thousand` is None before the prompt was seen."""

    values: tuple[str, ...]
    currency: str
    money: Money
    first_year: FirstYear | None
    per_thousand: int | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval for a thousand readers: gifts to one decimal, or whole minor units; None where nothing is known."""

    estimate: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, interval: Interval) -> "Bounds":
        low, high = (
            None if abs(each) == float("inf") else each * 1000
            for each in (interval.low, interval.high)
        )
        return cls(interval.estimate * 1000, low, high)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a variant beside the first one, with its picture and the figures in it."""

    comparison: Comparison
    money: Bounds
    giving: Bounds
    chart: IntervalChart | None
    chart_is_of_money: bool
    days: Sequence[tuple[date, Bounds]]

    @property
    def is_decided(self) -> bool:
        return self.comparison.outcome in (Outcome.AHEAD, Outcome.BEHIND)


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Everything that the page shows."""

    selection: ResultsSelection
    progress: Progress
    dimensions: Sequence[str]
    rows: Sequence[ResultRow]
    money: Sequence[MoneyLine]
    verdicts: Sequence[Verdict]
    guardrails: Sequence[Guardrail]
    alarms: Sequence[str]
    bars: BarChart | None
    register_query: str

    @property
    def currency(self) -> str:
        return self.progress.currency

    @property
    def waiting(self) -> int:
        """How many events of the register have no amount in the newspaper's currency yet."""
        return sum(row.given.waiting for row in self.rows)

    @property
    def reporting(self) -> int:
        """What stands in the newspaper's own currency, as far as it is known."""
        return sum(row.given.reporting for row in self.rows)

    @property
    def has_unassigned(self) -> bool:
        """Whether readers without a seed are in it, who are counted apart."""
        return any(row.values[0].startswith(DEFAULT) for row in self.rows)

    @property
    def has_holdout(self) -> bool:
        return any(row.values[0] == HOLDOUT for row in self.rows)


def campaign_page(
    selection: ResultsSelection, dimensions: Sequence[str], *, now: datetime
) -> CampaignPage:
    """Return the page's contents, in a fixed number of queries."""
    rows = result_rows(selection, dimensions, now=now)
    progress = progress_of(selection, ppm=holdout_ppm())
    by_variant = rows if len(dimensions) == 1 else result_rows(selection, ("variant",), now=now)
    gifts = selection.gifts
    return CampaignPage(
        selection=selection,
        progress=progress,
        dimensions=[_WORDS[name] for name in dimensions],
        rows=rows,
        money=_money_lines(rows),
        verdicts=[
            _verdict(progress, number, comparison)
            for number, comparison in enumerate(progress.comparisons)
        ],
        guardrails=guardrails(selection, by_variant, now=now),
        alarms=alarms_of(progress),
        bars=_bars(by_variant, progress.currency),
        register_query=urlencode(gifts.as_filters()),
    )


def _money_lines(rows: Sequence[ResultRow]) -> list[MoneyLine]:
    return [
        MoneyLine(
            row.values,
            currency,
            row.given.by_currency.get(currency, Money()),
            row.first_years.get(currency),
            row.per_thousand(currency),
        )
        for currency in currencies_of(rows)
        for row in rows
        if currency in row.given.by_currency or currency in row.first_years
    ]


def _verdict(progress: Progress, number: int, comparison: Comparison) -> Verdict:
    of_money = bool(progress.currency)
    days = []
    for look in progress.looks[-_DAYS_LISTED:]:
        each = look.comparisons[number]
        days.append((look.day, Bounds.of(each.money if of_money else each.giving)))
    return Verdict(
        comparison,
        Bounds.of(comparison.money),
        Bounds.of(comparison.giving),
        interval_chart(progress.looks, number, of_money=of_money),
        of_money,
        days,
    )


def _bars(rows: Sequence[ResultRow], currency: str) -> BarChart | None:
    values = [(row.values[0], row.per_thousand(currency)) for row in rows]
    return bar_chart([(name or "none named", value) for name, value in values if value is not None])
