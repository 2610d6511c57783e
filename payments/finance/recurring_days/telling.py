"""What recurring revenue opened with and how it moved: kept days by their sums, everything else gift by gift."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from payments.entities.models import LegalEntity
from payments.finance.measures.movements import Movement, Stock, movements_of
from payments.finance.measures.plan_stories import PlanStory
from payments.finance.plan_book import plan_book, stories_between
from payments.finance.recurring_days.queries import KeptDays, MonthSums, kept_days
from payments.ledger.sums.spans import Span, gaps
from payments.periods import midnight

# Where more days than this are not kept between those that are, looking for each costs more than telling everything.
_MOST_GAPS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A period of recurring revenue: what stood just before it, what moved, and the sums of what moved besides."""

    opening: dict[str, Stock]
    movements: list[Movement]
    sums: MonthSums = field(default_factory=dict)


def recurring_told(
    entity: LegalEntity, first: date | None, last: date | None, *, is_each: bool = False
) -> Told:
    """Tell the days from `first` to `last`, both included, None without a bound; four statements at most.

    With `is_each` every movement is told by itself; else those of kept days by their sums. Only gifts that changed in
    what is told are read, and those that did between the last kept day before it and the period; where no day is kept,
    those that changed since the period began.
    """
    since, until = _instants(entity, first, last)
    kept = kept_days(entity, first, last, is_opening_only=is_each)
    if since and not kept.is_any:
        book = plan_book(entity.slug, since)
        return Told(book.opening, _moved(book.stories, [(since, until)]))
    return _told(entity, (since, until), kept)


def tell_day(entity: LegalEntity, day: date) -> Told:
    """Tell each movement of one day from the last kept day before it, or from the first gift on."""
    span = _instants(entity, day, day)
    return _told(entity, span, kept_days(entity, day, day, is_opening_only=True))


def _told(entity: LegalEntity, span: Span[datetime], kept: KeptDays) -> Told:
    since, until = span
    spans, sums = [span], MonthSums()
    if kept.days:
        found = gaps((_day(entity, day) for day in kept.days), since, until)
        if len(found) <= _MOST_GAPS:
            spans, sums = found, kept.sums
    earlier = [] if since is None else _earlier(entity, kept, since)
    wanted = [*earlier, *spans]
    stories = stories_between(entity.slug, wanted) if wanted else []
    opening = dict(kept.stood)
    for movement in _moved(stories, earlier):
        stock = opening.get(movement.currency, Stock())
        opening[movement.currency] = stock.moved(movement)
    standing = {currency: stock for currency, stock in opening.items() if stock.count}
    return Told(standing, _moved(stories, spans), sums)


def _earlier(entity: LegalEntity, kept: KeptDays, since: datetime) -> list[Span[datetime]]:
    """Return what is to be told between the end of the last kept day and an instant, or of all time before it."""
    known = _day(entity, kept.before)[1] if kept.before else None
    return [] if known == since else [(known, since)]


def _moved(stories: Iterable[PlanStory], spans: Iterable[Span[datetime]]) -> list[Movement]:
    stretches = list(spans)
    return [
        movement
        for story in stories
        for movement in movements_of(story)
        if any(_is_within(movement.at, *span) for span in stretches)
    ]


def _is_within(at: datetime, begin: datetime | None, end: datetime | None) -> bool:
    return (begin is None or at >= begin) and (end is None or at < end)


def _instants(entity: LegalEntity, first: date | None, last: date | None) -> Span[datetime]:
    zone = entity.time_zone
    return (
        midnight(first, zone) if first else None,
        midnight(last + timedelta(days=1), zone) if last else None,
    )


def _day(entity: LegalEntity, day: date) -> tuple[datetime, datetime]:
    zone = entity.time_zone
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)
