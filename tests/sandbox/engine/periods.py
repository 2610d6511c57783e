"""Billing periods: the n-th renewal of an anchor, in UTC, kept to the anchor's day where a month allows."""

import calendar
from datetime import UTC, datetime, timedelta


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
