"""Workers that book the same gifts at the same time wait for each other, and never for one who waits for them."""

from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from payments.ledger.actions import Movement, book_movements
from payments.models import BalanceTransaction, Campaign, Payment
from tests.factories import NOON
from tests.payments.gifts import a_gift
from tests.payments.ledger_identities import assert_marks_say_what_is_booked
from tests.payments.snapshots import a_balance_transaction
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

# So long one who is to wait has to come to where it waits.
_PATIENCE = 0.7


def _line(gift: Payment) -> Movement:
    """The line of a gift as a payout lists it: it names the charge."""
    return Movement(
        a_balance_transaction(f"txn_{gift.pk}", source=str(gift.stripe_charge_id)),
    )


def test_a_payout_waits_for_the_event_of_one_of_its_gifts(campaign: Campaign) -> None:
    gifts = [a_gift(campaign, is_booked=False) for _ in range(3)]
    held = Event()

    def work_on_an_event() -> int:
        with transaction.atomic():
            Payment.objects.select_for_update().get(pk=gifts[1].pk)
            held.set()
            # Meanwhile the payout comes to the same gift.
            Event().wait(_PATIENCE)
            return len(book_movements([_line(gifts[1])], now=NOON))

    def read_a_payout() -> int:
        assert held.wait(20)
        return len(book_movements([_line(gift) for gift in gifts], now=NOON))

    assert at_once([work_on_an_event, read_a_payout]) == [1, 3]
    assert BalanceTransaction.objects.count() == 3
    assert Payment.objects.filter(is_booked=True).count() == 3
    assert_marks_say_what_is_booked()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no locks of rows.")
def test_whoever_books_many_gifts_takes_them_in_one_order(campaign: Campaign) -> None:
    first, last = (a_gift(campaign, is_booked=False) for _ in range(2))
    held = Event()

    def hold_the_first() -> bool:
        with transaction.atomic():
            Payment.objects.select_for_update().get(pk=first.pk)
            held.set()
            Event().wait(_PATIENCE)
            try:
                Payment.objects.select_for_update(nowait=True).get(pk=last.pk)
            except OperationalError:
                return False
            return True

    def book_backwards() -> int:
        assert held.wait(20)
        return len(book_movements([_line(last), _line(first)], now=NOON))

    assert at_once([hold_the_first, book_backwards]) == [True, 2]
