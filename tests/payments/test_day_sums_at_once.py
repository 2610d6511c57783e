"""A day is summed while something is booked on it: what is booked is in the sums, or takes them away."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import transaction

from payments.ledger.sums.actions import sum_past_days
from payments.models import BalanceTransaction, Campaign, LegalEntity, LineDay
from tests.payments.gifts import a_gift
from tests.payments.test_day_sums import assert_reads_are_the_rows
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

# So long the one who is to wait has to show that it does not.
_PATIENCE = 0.7
DAY = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = DAY + timedelta(days=9)


def test_whoever_sums_a_day_waits_for_those_who_are_booking(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, at=DAY)
    booked, summed = Event(), Event()

    def book() -> bool:
        with transaction.atomic():
            a_gift(campaign, 2500, at=DAY)
            booked.set()
            return summed.wait(_PATIENCE)

    def sum_meanwhile() -> None:
        assert booked.wait(20)
        sum_past_days(now=LATER)
        summed.set()

    was_summed_meanwhile, _ = at_once([book, sum_meanwhile])

    assert not was_summed_meanwhile
    assert LineDay.objects.filter(day=DAY).exists()
    assert_reads_are_the_rows(entity, None, None)


def test_whoever_books_on_a_day_that_is_being_summed_takes_its_sums_away(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, at=DAY)
    summed, booked = Event(), Event()

    def sum_slowly() -> bool:
        with transaction.atomic():
            sum_past_days(now=LATER)
            summed.set()
            return booked.wait(_PATIENCE)

    def book_meanwhile() -> None:
        assert summed.wait(20)
        a_gift(campaign, 2500, at=DAY)
        booked.set()

    was_booked_meanwhile, _ = at_once([sum_slowly, book_meanwhile])

    assert not was_booked_meanwhile
    assert BalanceTransaction.objects.count() == 2
    assert not LineDay.objects.filter(day=DAY).exists()
    assert_reads_are_the_rows(entity, None, None)


def test_two_who_sum_at_once_sum_each_day_once(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, at=DAY)
    at_once([lambda: sum_past_days(now=LATER)] * 3)
    assert LineDay.objects.count() == 7
    assert_reads_are_the_rows(entity, None, None)
