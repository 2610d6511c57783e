"""Civil days, months and years of a legal entity, as half-open ranges of UTC instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as civil_time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """The half-open range [starts_at, ends_at) of aware instants."""

    starts_at: datetime
    ends_at: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.starts_at <= instant < self.ends_at


def civil_date(instant: datetime, zone: str) -> date:
    """Return the calendar day on which `instant` falls in `zone` (an IANA name)."""
    return instant.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return the instant at which `day` begins in `zone`.

    Where clocks are put forward at midnight, the day begins at the moment of the change; where they are put back over
    it, at the first of the two midnights.
    """
    return datetime.combine(day, civil_time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days(first: date, last: date, zone: str) -> Period:
    """Return the range from the beginning of `first` to the end of `last`, both included."""
    return Period(midnight(first, zone), midnight(last + timedelta(days=1), zone))


def month(day: date, zone: str) -> Period:
    """Return the calendar month that holds `day`."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(midnight(first, zone), midnight(following, zone))


def fiscal_year(day: date, start_month: int, start_day: int) -> int:
    """Return the calendar year in which the fiscal year that holds `day` began."""
    began_this_year = (day.month, day.day) >= (start_month, start_day)
    return day.year if began_this_year else day.year - 1


def year(began_in: int, start_month: int, start_day: int, zone: str) -> Period:
    """Return the fiscal or tax year that began in the calendar year `began_in`, for instance on 6 April."""
    return Period(
        midnight(date(began_in, start_month, start_day), zone),
        midnight(date(began_in + 1, start_month, start_day), zone),
    )
