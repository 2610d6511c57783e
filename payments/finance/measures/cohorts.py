"""How many of the gifts that began in a month still run, month after month."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from payments.finance.measures.movements import Stock
from payments.finance.measures.plan_stories import PlanStory, Standing, turns


@dataclass(frozen=True, slots=True)
class Month:
    """A civil month by its `first` day, or its part up to a day; it ends (exclusively) at `ends_at`."""

    first: date
    ends_at: datetime


@dataclass(slots=True)
class Cohort:
    """Gifts of one currency that counted for the first time in one month.

    `begun` is what they came to when they did; `standing[age]` what counts of them at the end of the month `age` months
    later, so that age 0 is the end of the month in which they began. A gift that is paused does not count, and counts
    again once it is resumed; one that was raised counts with more.
    """

    month: date
    currency: str
    begun: Stock = field(default_factory=Stock)
    standing: list[Stock] = field(default_factory=list)

    def kept(self, age: int) -> Fraction:
        """Gifts that stand ÷ gifts begun."""
        return Fraction(self.standing[age].count, self.begun.count)

    def kept_amount(self, age: int) -> Fraction | None:
        """What stands ÷ what was begun; above 1 where more was raised than was lost. None of nothing."""
        return Fraction(self.standing[age].annual, self.begun.annual) if self.begun.annual else None


def cohorts(
    stories: Iterable[PlanStory], months: Sequence[Month], begins_at: datetime
) -> list[Cohort]:
    """Return the cohorts of those gifts that began in one of `months`, by month and currency.

    The months follow each other without a gap from `begins_at` on. Over the cohorts of all months, what stands at the
    end of a month adds up to the recurring revenue that it closed with.
    """
    found: dict[tuple[int, str], Cohort] = {}
    for story in stories:
        told = [(turn.change.at, turn.after) for turn in turns(story)]
        begun = next(((at, standing) for at, standing in told if standing), None)
        if begun is None:
            continue
        at, standing = begun
        place = _place(at, months)
        if place is None or at < begins_at:
            continue
        key = (place, standing.currency)
        cohort = found.setdefault(
            key,
            Cohort(
                months[place].first,
                standing.currency,
                standing=[Stock() for _ in months[place:]],
            ),
        )
        cohort.begun = _with(cohort.begun, standing)
        for age, seen in enumerate(_seen(told, months[place:])):
            if seen:
                cohort.standing[age] = _with(cohort.standing[age], seen)
    return [found[key] for key in sorted(found)]


def _place(at: datetime, months: Sequence[Month]) -> int | None:
    return next((place for place, month in enumerate(months) if at < month.ends_at), None)


def _seen(
    told: Sequence[tuple[datetime, Standing | None]], months: Sequence[Month]
) -> Iterable[Standing | None]:
    """Yield what a gift is worth at the end of each month."""
    waiting, standing = list(reversed(told)), None
    for month in months:
        while waiting and waiting[-1][0] < month.ends_at:
            standing = waiting.pop()[1]
        yield standing


def _with(stock: Stock, standing: Standing) -> Stock:
    return Stock(stock.annual + standing.annual, stock.count + 1)


def by_currency(told: Iterable[Cohort]) -> dict[str, list[Cohort]]:
    """Return the cohorts of each currency, oldest first."""
    groups: dict[str, list[Cohort]] = defaultdict(list)
    for cohort in told:
        groups[cohort.currency].append(cohort)
    return dict(sorted(groups.items()))
