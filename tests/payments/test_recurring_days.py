"""Recurring revenue of past days: which are kept, what is read of them, and what lets them go."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments.customers.actions import assign_parties
from payments.finance.columns import Row
from payments.finance.measures.plan_stories import PlanStory
from payments.finance.plan_book import stories_between
from payments.finance.recurring_days import actions, telling
from payments.finance.recurring_days.actions import keep_past_days
from payments.finance.recurring_days.checking import check_kept_days
from payments.finance.recurring_days.tasks import check_kept_days as check_task
from payments.finance.recurring_days.tasks import keep_past_days as keep_task
from payments.finance.tables.recurring_revenue import RECURRING_REVENUE
from payments.ledger.sums.spans import Span
from payments.models import (
    Campaign,
    LegalEntity,
    RecurringDay,
    RecurringMoved,
    RecurringPlan,
    RecurringStood,
)
from tests.factories import make_newspaper
from tests.payments.plan_lives import (
    BEGIN,
    PEOPLE,
    Lives,
    assert_reads_are_the_gifts,
    at,
    reports,
)
from tests.payments.plan_lives import day as _day
from tests.payments.recurring_book import write_book


@pytest.fixture
def lives(db: None) -> Lives:
    return Lives(make_newspaper())


def _keep(day: int = 12) -> int:
    return keep_past_days(now=BEGIN + timedelta(days=day))


def _kept() -> list[int]:
    kept = RecurringDay.objects.values_list("day", flat=True)
    return [(day - BEGIN.date()).days for day in kept]


def test_days_are_kept_once_they_ended_two_days_ago_those_without_movements_too(
    lives: Lives,
) -> None:
    lives.tell(0, 12)
    lives.tell(1, 3 * 24)
    assert _keep(2) == 0
    assert _keep(8) == 6
    assert _keep(8) == 0
    assert _kept() == list(range(6))
    moved = RecurringMoved.objects.values_list("day__day", "kind", "count", "annual")
    assert list(moved) == [(_day(0), "new", 1, 12_000), (_day(3), "new", 1, 12_000)]


def test_kept_days_are_read_from_their_sums_alone_and_movements_gift_by_gift(
    lives: Lives,
) -> None:
    for gift in (0, 1, 3, 4):
        lives.tell(gift, gift * 24 + 12)
    _keep()
    RecurringMoved.objects.update(annual=120)
    with CaptureQueriesContext(connection) as captured:
        months, movements = reports(_day(1), _day(7))
    statements = [each["sql"] for each in captured]
    # The newspaper and the sums; the newspaper, the opening and the three of the gifts.
    assert len(statements) == 2 + 5
    assert not any("planchange" in each for each in statements[:2])
    assert [_figures(month) for month in months] == [(1, 3, 4, 1000, 30)]
    assert [row[2] for row in movements] == ["new"] * 3


def _figures(month: Row) -> tuple[object, ...]:
    """Return the gifts before, new and after, and what the first and second come to in minor units."""
    names = [column.name for column in RECURRING_REVENUE.columns]
    told = dict(zip(names, month, strict=True))
    wanted = ("opening_gifts", "new_gifts", "closing_gifts", "opening_minor", "new_minor")
    return tuple(told[name] for name in wanted)


def test_a_period_is_told_from_the_last_kept_day_before_it_by_what_changed_since(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    for gift in (0, 1, 3, 4):
        lives.tell(gift, gift * 24 + 12)
    _keep(4)
    assert _kept() == [0, 1]
    RecurringStood.objects.filter(day__day=_day(1)).update(annual=120, count=7)
    read = []

    def note(entity: str, spans: Sequence[Span[datetime]]) -> list[PlanStory]:
        read.append(stories_between(entity, spans))
        return read[-1]

    monkeypatch.setattr(f"{telling.__name__}.stories_between", note)
    months, _ = reports(_day(4), _day(4))
    # From the end of the second day on; the gifts of the first two days are not read.
    assert [len(stories) for stories in read] == [2, 2]
    assert [_figures(month) for month in months] == [(8, 1, 9, 1010, 1000)]


def test_what_is_learned_of_a_kept_day_lets_it_and_all_later_ones_go(lives: Lives) -> None:
    lives.tell(0, 12)
    _keep()
    lives.tell(0, 4 * 24 + 12, amount=1500, began=12)
    assert _kept() == [0, 1, 2, 3]
    assert_reads_are_the_gifts()
    assert _keep() == 6
    assert_reads_are_the_gifts()


def test_an_end_that_is_learned_late_lets_only_the_days_go_on_which_somebody_came_back(
    lives: Lives,
) -> None:
    for gift in (0, 1, 3, 4):
        lives.belongs_to(gift, 0 if gift < 2 else gift - 2)
    lives.tell(0, 12)
    lives.tell(1, 5 * 24)
    lives.tell(3, 6 * 24)
    lives.tell(4, 12)
    _keep()
    before = reports(_day(3), _day(7))
    assert len(_kept()) == 10
    # Two gifts ended on the third day, by what is learned on the thirteenth; one person had begun another on the sixth.
    lives.tell(0, 12 * 24, "canceled", ended=2 * 24 + 1, began=12)
    lives.tell(4, 12 * 24, "canceled", ended=2 * 24 + 1, began=12)
    assert _kept() == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert reports(_day(3), _day(7)) != before
    assert_reads_are_the_gifts(_day(3), _day(7))


def test_a_first_debit_that_takes_days_lets_nothing_go_unless_its_person_came_back(
    lives: Lives,
) -> None:
    for gift in (0, 1, 3):
        lives.belongs_to(gift, 0)
    lives.belongs_to(4, 1)
    lives.tell(0, 12)
    lives.tell(0, 36, "canceled", began=12, ended=36)
    lives.tell(1, 2 * 24, "incomplete")
    lives.tell(4, 2 * 24, "incomplete")
    lives.tell(3, 3 * 24)
    _keep()
    lives.tell(4, 12 * 24, began=2 * 24)
    assert _kept() == list(range(10))
    # Who has a gift that runs did not come back with another.
    lives.tell(1, 12 * 24, began=2 * 24)
    assert _kept() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert_reads_are_the_gifts()


def test_two_who_turn_out_to_be_one_let_the_days_go_on_which_they_came_back(lives: Lives) -> None:
    lives.belongs_to(0, 0)
    lives.belongs_to(1, 1)
    lives.tell(0, 12)
    lives.tell(0, 36, "canceled", began=12, ended=36)
    lives.tell(1, 3 * 24)
    _keep()
    lives.belongs_to(1, 0)
    assert _kept() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert_reads_are_the_gifts()
    _keep()
    # And let them go again when they are two after all.
    lives.belongs_to(1, 2)
    assert _kept() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert_reads_are_the_gifts()


def test_many_who_are_known_at_once_let_days_go_as_one_does(lives: Lives) -> None:
    lives.belongs_to(0, 0)
    lives.tell(0, 12)
    lives.tell(0, 36, "canceled", began=12, ended=36)
    guests = {lives.tell(gift, 3 * 24 * gift).customer_id: PEOPLE[gift - 1] for gift in (1, 2)}
    _keep()
    assign_parties(guests)
    assert _kept() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert_reads_are_the_gifts()


def test_days_of_another_time_zone_are_not_read_and_are_kept_anew(lives: Lives) -> None:
    lives.tell(0, 3 * 24 - 3)
    _keep()
    assert _kept()[0] == 2
    LegalEntity.objects.update(time_zone="Pacific/Auckland")
    assert_reads_are_the_gifts(_day(3), _day(5))
    _keep()
    assert _kept()[0] == 3
    assert_reads_are_the_gifts(_day(3), _day(5))


def test_days_that_were_kept_before_a_crash_stay_and_the_next_night_goes_on(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives.tell(0, 12)

    with monkeypatch.context() as patched:
        keep = actions.keep_day
        patched.setattr(
            f"{actions.__name__}.keep_day",
            lambda entity, day, *, now: _crash_on(_day(3), day, keep(entity, day, now=now)),
        )
        with pytest.raises(RuntimeError):
            _keep()
    assert _kept() == [0, 1, 2]
    assert_reads_are_the_gifts()
    assert _keep() == 7
    assert_reads_are_the_gifts()


def _crash_on(last: date, day: date, _: None) -> None:
    if day == last:
        raise RuntimeError("The machine is gone.")


def test_days_that_are_not_what_the_gifts_come_to_are_kept_anew_with_an_error(
    lives: Lives, caplog: pytest.LogCaptureFixture
) -> None:
    for gift in (0, 1, 3, 4):
        lives.tell(gift, gift * 24 + 12)
    _keep()
    assert check_kept_days(now=at(0)) == 0
    assert not caplog.records
    RecurringMoved.objects.filter(day__day=_day(1)).update(annual=1)
    RecurringStood.objects.filter(day__day__in=[_day(2), _day(3)]).update(count=1)
    assert check_kept_days(now=at(0)) == 3
    assert caplog.text.count("is kept anew") == 3
    assert_reads_are_the_gifts()
    # A gift whose row was changed beneath us stood otherwise on every day since.
    lives.belongs_to(1, 0)
    RecurringPlan.objects.filter(checkout__customer__party=PEOPLE[0]).update(started_at=at(60))
    assert check_kept_days(now=at(0)) == 2
    assert check_kept_days(now=at(0)) == 0
    assert_reads_are_the_gifts()


def test_a_small_book_is_told_the_same_from_its_days(campaign: Campaign) -> None:
    write_book(campaign)
    before = reports(None, None)
    keep_past_days(now=datetime(2027, 2, 1, tzinfo=UTC))
    assert reports(None, None) == before


def test_the_tasks_keep_and_check(lives: Lives) -> None:
    lives.tell(0, -300 * 24)
    keep_task.delay()
    assert RecurringDay.objects.exists()
    RecurringMoved.objects.update(count=9)
    check_task.delay()
    assert_reads_are_the_gifts()
