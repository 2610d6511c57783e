"""Receipts and letters under many hands: no number twice, none left out, nothing drawn or sent twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection

from membership.letters.actions import BATCH, write_letter
from membership.letters.sending import send_due
from membership.models import Letter, LetterState
from payments.models import Receipt, ReceiptDocument
from payments.receipts.actions import issue_receipt, render_receipt
from payments.receipts.queries import stored_pdf
from payments.receipts.sweeps import render_due
from tests.factories import NOON, PaymentFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Start every act in a thread and a connection of its own at the same instant."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_fifty_payments_at_once_leave_no_gap_and_no_duplicate() -> None:
    payments = [PaymentFactory.create().pk for _ in range(50)]
    at_once([lambda pk=pk: issue_receipt(pk, now=NOON) for pk in payments])  # type: ignore[misc]
    sequences = sorted(Receipt.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, 51))


def test_one_payment_told_of_many_times_at_once_has_one_receipt() -> None:
    payment = PaymentFactory.create()
    receipts = at_once([lambda: issue_receipt(payment.pk, now=NOON)] * 10)
    assert len(set(receipts)) == 1
    assert Receipt.objects.get().sequence == 1


def test_two_workers_that_draw_the_same_receipt_store_and_announce_one_document() -> None:
    receipt = issue_receipt(PaymentFactory.create().pk, now=NOON)
    drawn = at_once([lambda: render_receipt(receipt.pk, now=NOON)] * 4)
    assert len(set(drawn)) == 1
    document = ReceiptDocument.objects.get()
    assert stored_pdf(document).startswith(b"%PDF")
    _, files = default_storage.listdir(f"receipts/{receipt.fiscal_year}")
    stored = [name for name in files if name.startswith(str(receipt.reference))]
    assert stored == [document.file.name.rpartition("/")[2]]
    assert Letter.objects.count() == 1


def test_two_workers_share_the_queue() -> None:
    receipts = [issue_receipt(PaymentFactory.create().pk, now=NOON) for _ in range(12)]
    at_once([lambda: render_due(now=NOON)] * 2)
    assert ReceiptDocument.objects.count() == len(receipts)


def test_several_senders_at_once_send_each_letter_once() -> None:
    receipt = issue_receipt(PaymentFactory.create().pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    mail.outbox.clear()
    for number in range(2 * BATCH + 5):
        write_letter(
            "receipt", key=f"{number}", supporter=None, context={"receipt": receipt.pk}, now=NOON
        )
    at_once([lambda: send_due(now=NOON)] * 4)
    assert len(mail.outbox) == 2 * BATCH + 5
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2 * BATCH + 5
    assert not Letter.objects.exclude(state=LetterState.SENT).exists()
