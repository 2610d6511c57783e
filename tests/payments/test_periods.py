"""Days, months and years are the legal entity's, whatever the clocks there do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.periods import Period, civil_date, days, fiscal_year, midnight, month, year

LONDON = "Europe/London"
ZONES = st.sampled_from(
    [LONDON, "America/New_York", "Africa/Cairo", "Asia/Kathmandu", "America/Havana", "UTC"]
)
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@given(DAYS, ZONES)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    today, tomorrow = days(day, day, zone), days(day + timedelta(1), day + timedelta(1), zone)
    assert today.ends_at == tomorrow.starts_at
    assert today.starts_at < today.ends_at


@given(DAYS, ZONES)
def test_a_day_holds_its_first_and_last_second_and_no_other(day: date, zone: str) -> None:
    period = days(day, day, zone)
    second = timedelta(seconds=1)
    assert civil_date(period.starts_at, zone) == day
    assert civil_date(period.ends_at - second, zone) == day
    assert civil_date(period.starts_at - second, zone) < day
    assert period.starts_at in period
    assert period.ends_at not in period


def test_a_gift_at_2330_on_the_last_day_of_the_tax_year_belongs_to_that_year() -> None:
    tax_year = year(2025, 4, 6, LONDON)
    late = datetime(2026, 4, 5, 23, 30, tzinfo=ZoneInfo(LONDON))
    assert late in tax_year
    assert late + timedelta(minutes=30) not in tax_year
    assert civil_date(late, LONDON) == date(2026, 4, 5)


def test_a_day_that_begins_at_a_change_of_clocks_begins_at_the_change() -> None:
    # Cairo put its clocks forward at midnight of 26 April 2024: 00:00 did not exist there.
    start = midnight(date(2024, 4, 26), "Africa/Cairo")
    assert start == datetime(2024, 4, 25, 22, tzinfo=UTC)
    assert start.astimezone(ZoneInfo("Africa/Cairo")).hour == 1


def test_days_are_23_and_25_hours_long_when_the_clocks_change() -> None:
    spring = days(date(2026, 3, 29), date(2026, 3, 29), LONDON)
    autumn = days(date(2026, 10, 25), date(2026, 10, 25), LONDON)
    assert spring.ends_at - spring.starts_at == timedelta(hours=23)
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=25)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 14), Period(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))),
        (date(2028, 2, 29), Period(datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC))),
        (date(2026, 12, 31), Period(datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))),
    ],
)  # fmt: skip
def test_months_are_calendar_months(day: date, expected: Period) -> None:
    assert month(day, "UTC") == expected


@given(DAYS, st.integers(1, 12), st.integers(1, 28))
def test_every_day_lies_in_the_fiscal_year_that_it_names(
    day: date, start_month: int, start_day: int
) -> None:
    began_in = fiscal_year(day, start_month, start_day)
    period = year(began_in, start_month, start_day, LONDON)
    assert midnight(day, LONDON) in period
