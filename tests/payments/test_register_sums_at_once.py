"""A day is summed while a gift of it changes: the change is in the sums, or its note says that it is not."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from payments.finance.register_sums.actions import forget_changed_days, sum_register_days
from payments.models import Campaign, LegalEntity, PaymentChange, RegisterDay
from tests.payments.gifts import a_gift, a_refund
from tests.payments.register_sums import assert_sums_are_the_rows
from tests.payments.test_receipts_at_once import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]

DAY = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = DAY + timedelta(days=9)


def test_what_is_booked_while_its_day_is_summed_leaves_a_note(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, at=DAY)
    booked, summed = Event(), Event()

    def book() -> None:
        with transaction.atomic():
            a_gift(campaign, 2500, at=DAY)
            booked.set()
            # Nobody waits: the day is summed without what is not committed.
            assert summed.wait(20)

    def sum_meanwhile() -> None:
        assert booked.wait(20)
        sum_register_days(now=LATER)
        summed.set()

    at_once([book, sum_meanwhile])

    assert RegisterDay.objects.filter(day=DAY).exists()
    assert PaymentChange.objects.count() == 1
    assert_sums_are_the_rows(entity)
    sum_register_days(now=LATER)
    assert not PaymentChange.objects.exists()
    assert_sums_are_the_rows(entity)


def test_a_note_is_not_taken_away_while_somebody_sums_without_its_change(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gift = a_gift(campaign, at=DAY)
    forget_changed_days()
    summed, changed = Event(), Event()

    def sum_slowly() -> None:
        with transaction.atomic():
            sum_register_days(now=LATER)
            summed.set()
            assert changed.wait(20)

    def change_and_forget() -> None:
        assert summed.wait(20)
        a_refund(gift, 300, at=DAY)
        changed.set()
        # Waits until the sums are there to be let go.
        forget_changed_days()

    at_once([sum_slowly, change_and_forget])

    assert not PaymentChange.objects.exists()
    assert not RegisterDay.objects.filter(day=DAY).exists()
    assert_sums_are_the_rows(entity)


def test_two_who_sum_at_once_sum_each_day_once(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, at=DAY)
    at_once([lambda: sum_register_days(now=LATER)] * 3)
    assert RegisterDay.objects.count() == 7
    assert_sums_are_the_rows(entity)
