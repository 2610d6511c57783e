"""Which months a reminder may be for, and on which morning it leaves."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from membership.reminders.months import month_name, months_ahead, reminder_at

ZONES = ["Europe/London", "America/New_York", "Australia/Sydney", "Pacific/Kiritimati"]
FIRST = date(2026, 1, 1)


def test_on_the_last_day_of_december_the_choices_begin_with_january() -> None:
    names = [month_name(month, "en-GB") for month in months_ahead(date(2026, 12, 31))]

    assert names == [
        "January 2027", "February 2027", "March 2027", "April 2027", "May 2027", "June 2027",
        "July 2027", "August 2027", "September 2027", "October 2027", "November 2027",
        "December 2027",
    ]  # fmt: skip


def test_on_every_day_of_five_years_the_choices_are_the_next_twelve_months_in_order() -> None:
    for number in range(5 * 366):
        today = FIRST + timedelta(days=number)
        months = months_ahead(today)

        expected, year, month = [], today.year, today.month
        for _ in range(12):
            month += 1
            if month == 13:
                year, month = year + 1, 1
            expected.append(date(year, month, 1))
        assert months == expected, today


@given(
    today=st.dates(FIRST, date(2031, 12, 31)),
    choice=st.integers(0, 11),
    zone=st.sampled_from(ZONES),
    waits=st.integers(0, 400),
)
def test_a_reminder_leaves_on_the_first_working_morning_that_is_left(
    today: date, choice: int, zone: str, waits: int
) -> None:
    month = months_ahead(today)[choice]
    confirmed_at = datetime(today.year, today.month, today.day, 12, tzinfo=UTC) + timedelta(
        days=waits
    )

    leaves_at = reminder_at(month, zone, not_before=confirmed_at)

    local = leaves_at.astimezone(ZoneInfo(zone))
    assert leaves_at >= confirmed_at
    assert local.date() >= month
    assert (local.hour, local.minute) == (9, 0)
    assert local.weekday() < 5
    assert (local.month, local.day) != (1, 1)
    # No working morning was missed: the days before it are weekends, New Year's Day, or over.
    earlier = local - timedelta(days=1)
    while earlier.date() >= month and earlier >= confirmed_at:
        assert earlier.weekday() >= 5 or (earlier.month, earlier.day) == (1, 1)
        earlier -= timedelta(days=1)


def test_known_mornings() -> None:
    early = datetime(2026, 11, 27, tzinfo=UTC)
    expected = {
        (date(2027, 1, 1), "Europe/London"): datetime(2027, 1, 4, 9, tzinfo=UTC),
        (date(2027, 5, 1), "Europe/London"): datetime(2027, 5, 3, 8, tzinfo=UTC),
        (date(2027, 6, 1), "America/New_York"): datetime(2027, 6, 1, 13, tzinfo=UTC),
    }
    for (month, zone), morning in expected.items():
        assert reminder_at(month, zone, not_before=early) == morning
