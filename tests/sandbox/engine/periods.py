"""Billing periods: the n-th renewal of an anchor, in UTC, kept to the anchor's day where a month allows."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any

DAY = 24 * 3600
SHORTEST_MONTH, SHORTEST_YEAR = 28 * DAY, 365 * DAY
SHORTEST = {"day": DAY, "week": 7 * DAY, "month": SHORTEST_MONTH, "year": SHORTEST_YEAR}
LONGEST = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": 366 * DAY}


def renewal(anchor: int, *, interval: str, count: int, number: int) -> int:
    """The moment of renewal `number` (0 is the anchor itself): 31 January, 28 February, 31 March."""
    start = datetime.fromtimestamp(anchor, UTC)
    if interval in ("day", "week"):
        days = count * number * (7 if interval == "week" else 1)
        return int((start + timedelta(days=days)).timestamp())
    months = start.month - 1 + count * number * (12 if interval == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def next_after(anchor: int, moment: int, recurring: dict[str, Any]) -> int:
    """The first renewal of an anchor that comes after a moment.

    The anchor may lie ahead: then its own day of the month, a few intervals earlier, counts too.
    """
    interval, count = recurring["interval"], recurring["interval_count"]
    # No renewal before this number can lie after the moment, so the walk from it is a short one.
    longest = LONGEST[interval] * count
    number = (
        (moment - anchor) // longest - 1 if moment >= anchor else _below(anchor, moment, recurring)
    )
    while (at := renewal(anchor, interval=interval, count=count, number=number)) <= moment:
        number += 1
    return at


def _below(anchor: int, moment: int, recurring: dict[str, Any]) -> int:
    return (moment - anchor) // (SHORTEST[recurring["interval"]] * recurring["interval_count"]) - 1
