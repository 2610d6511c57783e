"""A day is kept while something of it is learned: what is learned is in its sums, or takes them away."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction

from payments.finance.recurring_days.actions import keep_past_days
from payments.models import RecurringDay
from tests.factories import make_newspaper
from tests.payments.plan_lives import BEGIN, Lives, assert_reads_are_the_gifts
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

# So long the one who is to wait has to show that it does not.
_PATIENCE = 0.7
LATER = BEGIN + timedelta(days=9)


@pytest.fixture
def lives(db: None) -> Lives:
    lives = Lives(make_newspaper())
    lives.belongs_to(1, 0)
    lives.belongs_to(2, 0)
    lives.tell(1, 12)
    return lives


def _kept() -> list[int]:
    kept = RecurringDay.objects.values_list("day", flat=True)
    return [(day - BEGIN.date()).days for day in kept]


def test_whoever_keeps_a_day_waits_for_those_who_are_learning_of_it(lives: Lives) -> None:
    told, kept = Event(), Event()

    def tell() -> bool:
        with transaction.atomic():
            lives.tell(1, 36, amount=2500, began=12)
            told.set()
            return kept.wait(_PATIENCE)

    def keep_meanwhile() -> None:
        assert told.wait(20)
        keep_past_days(now=LATER)
        kept.set()

    was_kept_meanwhile, _ = at_once([tell, keep_meanwhile])

    assert not was_kept_meanwhile
    assert _kept() == list(range(7))
    assert_reads_are_the_gifts()


def test_whoever_learns_of_a_day_that_is_being_kept_takes_it_away(lives: Lives) -> None:
    kept, told = Event(), Event()

    def keep_slowly() -> bool:
        with transaction.atomic():
            keep_past_days(now=LATER)
            kept.set()
            return told.wait(_PATIENCE)

    def tell_meanwhile() -> None:
        assert kept.wait(20)
        lives.tell(1, 36, amount=2500, began=12)
        told.set()

    was_told_meanwhile, _ = at_once([keep_slowly, tell_meanwhile])

    assert not was_told_meanwhile
    assert _kept() == [0]
    assert_reads_are_the_gifts()


def test_two_things_learned_at_once_of_one_person_let_the_day_go_that_both_decide(
    lives: Lives,
) -> None:
    lives.tell(2, 3 * 24)
    lives.belongs_to(2, 1)
    keep_past_days(now=LATER)
    assert _kept() == list(range(7))

    # Only with both has the person of the second gift come back with it.
    at_once(
        [
            lambda: lives.tell(1, 9 * 24, "canceled", began=12, ended=36),
            lambda: lives.belongs_to(2, 0),
        ]
    )

    assert _kept() == [0, 1, 2, 4, 5, 6]
    assert_reads_are_the_gifts()


def test_two_who_keep_at_once_keep_each_day_once(lives: Lives) -> None:
    at_once([lambda: keep_past_days(now=LATER)] * 3)
    assert _kept() == list(range(7))
    assert_reads_are_the_gifts()
