"""What of a time no sum covers: pure, for days and instants alike."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

# A day or an instant, which to Python is a day too.
Point = TypeVar("Point", bound=date)
Span = tuple[Point | None, Point | None]


def gaps(
    covered: Iterable[tuple[Point, Point]], begin: Point | None, end: Point | None
) -> list[Span[Point]]:
    """Return what [begin, end) has besides the ordered half-open spans within it; None is without a bound."""
    found: list[Span[Point]] = []
    at = begin
    for first, after in covered:
        if at is None or at < first:
            found.append((at, first))
        at = after
    if at is None or end is None or at < end:
        found.append((at, end))
    return found


def whole_days(begin: datetime | None, end: datetime | None) -> Span[date]:
    """Return the UTC days that lie wholly in [begin, end), as the first of them and the one after the last."""
    return (begin and _from(begin), end and end.astimezone(UTC).date())


def instants(day: date) -> tuple[datetime, datetime]:
    """Return the instants at which a UTC day begins and is over."""
    begins = datetime.combine(day, time(), tzinfo=UTC)
    return begins, begins + timedelta(days=1)


def _from(begin: datetime) -> date:
    day = begin.astimezone(UTC).date()
    return day if begin == instants(day)[0] else day + timedelta(days=1)
