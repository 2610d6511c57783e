"""Which months a reader may choose, and the morning on which their reminder leaves: pure.

Months are counted as months and never by adding days to a date, so that the last day of a long month leads to the next
month as any other day does.
"""

from datetime import date, datetime, timedelta

from babel.dates import format_date

from membership.letters.notices import morning_of

HOW_MANY = 12

_SATURDAY = 5


def months_ahead(today: date) -> list[date]:
    """Return the first days of the twelve months after today's, the next one first."""
    first = today.year * 12 + today.month
    return [date(at // 12, at % 12 + 1, 1) for at in range(first, first + HOW_MANY)]


def month_name(month: date, locale: str) -> str:
    """Return a month as its reader writes it: May 2027."""
    return format_date(month, "LLLL y", locale=locale.replace("-", "_"))


def reminder_at(month: date, zone: str, *, not_before: datetime) -> datetime:
    """Return the morning of the first working day of `month` in `zone` that is not before an instant.

    When the month has none left, it is the first working morning after it. Working days are Monday to Friday, New
    Year's Day apart, which is the one holiday that all our readers share.
    """
    day = month.replace(day=1)
    while not _is_working_day(day) or morning_of(day, zone) < not_before:
        day += timedelta(days=1)
    return morning_of(day, zone)


def _is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and (day.month, day.day) != (1, 1)
