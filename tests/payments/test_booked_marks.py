"""Marks at payments and refunds: set with the line, whoever brings it, and true whatever happened before."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from payments.ledger.actions import Movement, book_balance_transaction, book_movements
from payments.ledger.explaining import explain_known_gifts
from payments.ledger.unbooked import payments_to_book, refunds_to_book
from payments.models import Campaign, Payment, Refund, RefundStatus
from tests.factories import NOON, PaymentFactory
from tests.payments.gifts import a_gift, a_refund
from tests.payments.ledger_identities import assert_marks_say_what_is_booked
from tests.payments.snapshots import a_balance_transaction

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=2)


def test_a_gift_and_its_refund_are_marked_with_their_lines(campaign: Campaign) -> None:
    gift = a_gift(campaign)
    a_gift(campaign, is_booked=False)
    a_refund(gift, 100)
    a_refund(gift, 200, is_booked=False)
    assert_marks_say_what_is_booked()
    assert (_count(Payment), _count(Refund)) == (1, 1)


def test_only_what_is_not_on_the_books_is_asked_for_latest_first(campaign: Campaign) -> None:
    gift = a_gift(campaign)
    bare = [a_gift(campaign, is_booked=False, at=NOON + timedelta(hours=h)) for h in range(2)]
    a_refund(gift, 100)
    waiting = a_refund(gift, 200, is_booked=False)
    failed = a_refund(gift, 300, status=RefundStatus.FAILED, is_booked=False)
    Refund.objects.filter(pk=failed.pk).update(failed_at=NOON, created_at=NOON)
    assert list(payments_to_book(before=LATER)) == bare[::-1]
    assert list(refunds_to_book(before=LATER)) == [waiting, failed]
    assert list(refunds_to_book(before=LATER + timedelta(days=7))) == [waiting]


def test_a_failed_refund_is_asked_for_until_both_its_lines_are_there(campaign: Campaign) -> None:
    refund = a_refund(a_gift(campaign), 300, status=RefundStatus.FAILED, is_booked=False)
    Refund.objects.filter(pk=refund.pk).update(failed_at=NOON)
    left = a_balance_transaction("txn_left", -300, fee=0, category="refund")
    book_balance_transaction(left, refund=refund, now=NOON)
    assert list(refunds_to_book(before=LATER)) == [refund]
    returned = a_balance_transaction("txn_back", 300, fee=0, category="refund_failure")
    book_balance_transaction(returned, refund=refund, now=NOON)
    assert list(refunds_to_book(before=LATER)) == []
    assert_marks_say_what_is_booked()


def test_a_line_that_is_no_charge_marks_no_payment(campaign: Campaign) -> None:
    gift = a_gift(campaign, is_booked=False)
    back = a_balance_transaction("txn_back", -1000, fee=0, category="charge_failure")
    book_balance_transaction(back, payment=gift, now=NOON)
    assert list(payments_to_book(before=LATER)) == [gift]


def test_a_payment_that_is_saved_after_its_line_was_booked_keeps_its_mark(
    campaign: Campaign,
) -> None:
    gift = a_gift(campaign)
    gift.save()
    assert_marks_say_what_is_booked()


def test_a_charge_without_its_gift_marks_it_only_once_it_is_explained(campaign: Campaign) -> None:
    book_balance_transaction(a_balance_transaction(source="ch_late"), now=NOON)
    gift = PaymentFactory.create(
        donation__campaign=campaign, stripe_charge_id="ch_late", succeeded_at=NOON
    )
    # Told again with its gift: the line is there already, and is still nobody's.
    book_balance_transaction(a_balance_transaction(source="ch_late"), payment=gift, now=NOON)
    assert_marks_say_what_is_booked()
    assert list(payments_to_book(before=LATER)) == [gift]
    assert explain_known_gifts(now=NOON) == 1
    assert_marks_say_what_is_booked()
    assert list(payments_to_book(before=LATER)) == []


def test_a_mark_that_is_missing_is_set_when_its_line_is_told_again(campaign: Campaign) -> None:
    gift = PaymentFactory.create(donation__campaign=campaign, succeeded_at=NOON)
    book_balance_transaction(a_balance_transaction(), payment=gift, now=NOON)
    Payment.objects.update(is_booked=False)
    gift.refresh_from_db()
    book_balance_transaction(a_balance_transaction(), payment=gift, now=NOON)
    assert_marks_say_what_is_booked()


def test_more_lines_than_are_booked_at_once_mark_all_their_gifts(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.ledger.actions._CHUNK", 2)
    monkeypatch.setattr("payments.ledger.marks._CHUNK", 2)
    gifts = [a_gift(campaign, is_booked=False) for _ in range(5)]
    lines = [
        Movement(replace(a_balance_transaction(f"txn_{n}"), source_id=str(gift.stripe_charge_id)))
        for n, gift in enumerate(gifts)
    ]
    assert len(book_movements(lines, now=NOON)) == 5
    assert _count(Payment) == 5
    assert_marks_say_what_is_booked()


def test_the_migration_marks_what_was_booked_before_and_may_run_twice(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = import_module("payments.migrations.0026_fill_booked_marks")
    monkeypatch.setattr(migration, "BATCH", 2)
    gifts = [a_gift(campaign, is_booked=number % 2 == 0) for number in range(7)]
    for number in (0, 2, 4):
        a_refund(gifts[number], 100, is_booked=number != 2)
    Payment.objects.update(is_booked=False)
    Refund.objects.update(is_booked=False)
    for _ in range(2):
        migration.fill(apps, connection.schema_editor())
        assert_marks_say_what_is_booked()
        assert (_count(Payment), _count(Refund)) == (4, 2)


def _count(model: type[Payment] | type[Refund]) -> int:
    rows: QuerySet[Payment] | QuerySet[Refund] = model.objects.filter(is_booked=True)
    return rows.count()
