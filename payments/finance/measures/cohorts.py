"""How many of the gifts that began in a month still run, month after month."""

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


@dataclass(frozen=True, slots=True)
class CohortGift:
    """One gift of a cohort: what it came to when it began, and when it is looked at, None if it does not count then."""

    story: PlanStory
    began_at: datetime
    begun: Standing
    standing: Standing | None


def cohort_gifts(
    stories: Iterable[PlanStory],
    begins_at: datetime | None,
    ends_at: datetime | None,
    seen_at: datetime | None,
) -> list[CohortGift]:
    """Return the gifts that counted for the first time from one instant to another, seen just before a third.

    Those of a cohort's month, seen at the end of a later one, are those that the cohort counts at that age. None does
    not narrow, and sees gifts as they are now.
    """
    found = []
    for story in stories:
        told = _told(story)
        begun = _begun(told)
        if begun is None:
            continue
        at, standing = begun
        if (begins_at is None or at >= begins_at) and (ends_at is None or at < ends_at):
            found.append(CohortGift(story, at, standing, _last(told, seen_at)))
    return sorted(found, key=lambda gift: (gift.began_at, gift.story.plan))


def cohorts(
    stories: Iterable[PlanStory], months: Sequence[Month], begins_at: datetime
) -> list[Cohort]:
    """Return the cohorts of those gifts that began in one of `months`, by month and currency.

    The months follow each other without a gap from `begins_at` on. Over the cohorts of all months, what stands at the
    end of a month adds up to the recurring revenue that it closed with.
    """
    found: dict[tuple[int, str], Cohort] = {}
    for story in stories:
        told = _told(story)
        begun = _begun(told)
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


def _told(story: PlanStory) -> list[tuple[datetime, Standing | None]]:
    """Return what a gift was worth from each of its turns on."""
    return [(turn.change.at, turn.after) for turn in turns(story)]


def _begun(told: Sequence[tuple[datetime, Standing | None]]) -> tuple[datetime, Standing] | None:
    return next(((at, standing) for at, standing in told if standing), None)


def _last(
    told: Sequence[tuple[datetime, Standing | None]], seen_at: datetime | None
) -> Standing | None:
    standing = None
    for at, after in told:
        if seen_at is not None and at >= seen_at:
            break
        standing = after
    return standing


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
