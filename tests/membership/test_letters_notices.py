"""Which notice of a recurring gift comes next, and on which day, by the calendar's rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from membership.letters.calendar import CALENDAR, NoticeRule, rules_for
from membership.letters.notices import Notice, NoticeFacts, add_months, next_notices
from payments.models import Frequency

STARTED = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)


def facts(frequency: Frequency = Frequency.MONTHLY, **changes: Any) -> NoticeFacts:
    """A gift that began on 15 January 2027 and has just been collected for the first time."""
    months = 12 if frequency == Frequency.YEARLY else 1
    plan = NoticeFacts(
        frequency=frequency,
        started_at=STARTED,
        next_charge_at=add_months(STARTED, months, day=15),
        card_expires_on=None,
        watched_from=STARTED,
        zone="Europe/London",
        told={},
    )
    return replace(plan, **changes)


def coming(plan: NoticeFacts, now: datetime = STARTED, **rules: Any) -> list[Notice]:
    chosen = rules_for(
        plan.frequency, jurisdiction="GB", entity_class="company", today=now.date(), **rules
    )
    return next_notices(plan, chosen, now=now)


def dated(notices: list[Notice]) -> list[tuple[str, str, date]]:
    return [(notice.kind, notice.period, notice.due_at.date()) for notice in notices]


def test_a_monthly_gift_is_reminded_of_in_the_sixth_month_and_in_the_twelfth() -> None:
    assert dated(coming(facts())) == [
        ("six_month_reminder", "1", date(2027, 6, 24)),
        ("yearly_reminder", "1", date(2027, 12, 25)),
    ]


def test_the_yearly_reminder_stands_in_for_the_second_six_month_one() -> None:
    told = facts(
        told={"six_month_reminder": "1"}, next_charge_at=datetime(2027, 8, 15, 12, tzinfo=UTC)
    )
    assert dated(coming(told, datetime(2027, 7, 16, tzinfo=UTC))) == [
        ("yearly_reminder", "1", date(2027, 12, 25)),
        ("six_month_reminder", "3", date(2028, 6, 24)),
    ]


def test_a_yearly_gift_has_its_renewal_notice_and_a_reminder_half_way() -> None:
    assert dated(coming(facts(Frequency.YEARLY))) == [
        ("yearly_reminder", "1", date(2027, 7, 17)),
        ("renewal_notice", "1", date(2027, 12, 16)),
    ]


def test_notices_go_out_at_nine_in_the_newspapers_morning_summer_and_winter() -> None:
    summer, winter = coming(facts())
    assert (summer.due_at.hour, winter.due_at.hour) == (8, 9)
    american = coming(facts(zone="America/New_York"))[0]
    assert american.due_at == datetime(2027, 6, 24, 13, tzinfo=UTC)


@pytest.mark.parametrize("days_before", [21, 20, 14])
def test_a_reminder_that_is_late_is_sent_while_its_window_is_open(days_before: int) -> None:
    charge = datetime(2027, 7, 15, 12, tzinfo=UTC)
    now = charge - timedelta(days=days_before)
    (first, *_) = coming(facts(next_charge_at=charge), now)
    assert (first.kind, first.charge_at, first.due_at <= now) == (
        "six_month_reminder",
        charge,
        True,
    )


def test_a_reminder_whose_window_was_missed_belongs_to_the_next_payment() -> None:
    charge = datetime(2027, 7, 15, 12, tzinfo=UTC)
    (first, *_) = coming(facts(next_charge_at=charge), charge - timedelta(days=13))
    assert (first.period, first.due_at.date()) == ("1", date(2027, 7, 25))


def test_a_renewal_notice_is_sent_late_rather_than_never() -> None:
    plan = facts(Frequency.YEARLY, told={"yearly_reminder": "1"})
    now = datetime(2028, 1, 14, tzinfo=UTC)
    (first, *_) = coming(plan, now)
    assert (first.kind, first.due_at <= now) == ("renewal_notice", True)


def test_a_payment_that_is_over_is_announced_no_more() -> None:
    plan = facts(Frequency.YEARLY)
    (first, *_) = coming(plan, datetime(2028, 1, 15, 13, tzinfo=UTC))
    assert first.charge_at == datetime(2029, 1, 15, 12, tzinfo=UTC)


def test_a_gift_that_collects_nothing_more_has_no_notices() -> None:
    assert coming(facts(next_charge_at=None, card_expires_on=date(2027, 6, 30))) == []


def test_an_imported_gift_is_owed_nothing_from_before_its_import() -> None:
    old = facts(started_at=datetime(2020, 1, 15, 12, tzinfo=UTC), watched_from=STARTED)
    assert dated(coming(old)) == [
        ("six_month_reminder", "15", date(2027, 6, 24)),
        ("yearly_reminder", "8", date(2027, 12, 25)),
    ]


def test_a_card_is_told_of_thirty_days_before_its_last_day_and_once() -> None:
    plan = facts(card_expires_on=date(2027, 2, 28))
    assert dated(coming(plan))[0] == ("card_expiring", "2027-02-28", date(2027, 1, 29))
    assert "card_expiring" not in {
        notice.kind for notice in coming(replace(plan, told={"card_expiring": "2027-02-28"}))
    }
    renewed = replace(plan, told={"card_expiring": "2027-02-28"}, card_expires_on=date(2031, 2, 28))
    assert ("card_expiring", "2031-02-28", date(2031, 1, 29)) in dated(coming(renewed))


def test_a_card_that_has_expired_is_left_to_the_payment_that_fails() -> None:
    kinds = {notice.kind for notice in coming(facts(card_expires_on=date(2026, 12, 31)))}
    assert "card_expiring" not in kinds


@pytest.mark.parametrize(
    ("first", "months", "day", "expected"),
    [
        ("2027-01-31", 1, 31, "2027-02-28"),
        ("2027-02-28", 1, 31, "2027-03-31"),
        ("2028-01-31", 1, 31, "2028-02-29"),
        ("2028-02-29", 12, 29, "2029-02-28"),
        ("2029-02-28", 36, 29, "2032-02-29"),
        ("2027-12-31", 2, 31, "2028-02-29"),
    ],
)
def test_months_end_where_the_calendar_says(
    first: str, months: int, day: int, expected: str
) -> None:
    instant = datetime.fromisoformat(first).replace(hour=12, tzinfo=UTC)
    assert add_months(instant, months, day=day).date().isoformat() == expected


def test_a_gift_of_the_thirty_first_is_expected_at_the_end_of_short_months() -> None:
    started = datetime(2027, 1, 31, 12, tzinfo=UTC)
    plan = facts(started_at=started, next_charge_at=datetime(2027, 2, 28, 12, tzinfo=UTC))
    assert [notice.charge_at.date() for notice in coming(plan)] == [
        date(2027, 7, 31),
        date(2028, 1, 31),
    ]


def test_every_gift_has_a_strict_default_wherever_its_giver_lives() -> None:
    for frequency in (Frequency.MONTHLY, Frequency.YEARLY):
        kinds = {
            rule.kind
            for rule in rules_for(
                frequency, jurisdiction="ZZ", entity_class="other", today=date(2026, 11, 27)
            )
        }
        assert "yearly_reminder" in kinds
        assert len(kinds) == 2


def test_the_row_that_names_most_counts_from_the_day_it_is_in_force() -> None:
    stricter = NoticeRule(
        "renewal_notice",
        Frequency.YEARLY,
        every_months=12,
        opens_days=45,
        closes_days=30,
        jurisdiction="US",
        in_force_from=date(2027, 7, 1),
    )
    calendar = (stricter, *CALENDAR)

    def opens(jurisdiction: str, today: date) -> int:
        rules = rules_for(
            Frequency.YEARLY,
            jurisdiction=jurisdiction,
            entity_class="company",
            today=today,
            calendar=calendar,
        )
        return next(rule.opens_days for rule in rules if rule.kind == "renewal_notice")

    assert opens("US", date(2027, 7, 1)) == 45
    assert opens("US", date(2027, 6, 30)) == 30
    assert opens("GB", date(2027, 7, 1)) == 30
