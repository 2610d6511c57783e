"""What a payer's bank takes back for good stands no longer, and its receipt is cancelled once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from membership.models import Letter
from payments.donations.queries import gift_facts
from payments.ledger.listing import book_listed
from payments.models import (
    BalanceTransaction,
    Campaign,
    DocumentType,
    LedgerAccount,
    LedgerEntry,
    Payment,
    Receipt,
    WebhookEvent,
)
from payments.receipts.cancelling import cancel_receipt
from payments.receipts.sweeps import issue_missing
from payments.receipts.tasks import render_receipts
from payments.webhooks.models import EventState
from tests.life import LifeClock
from tests.payments.stories import deliver_one_by_one, open_page
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]


@pytest.fixture
def debit(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> Payment:
    """A gift of €10.35 by SEPA debit that has settled."""
    sandbox.pay(open_page(campaign, currency="EUR").url, method="sepa_debit")
    deliver()
    clock.advance(days=6)
    deliver()
    return Payment.objects.get(status="succeeded")


@pytest.fixture(autouse=True)
def every_event_is_worked_on(db: None) -> Iterator[None]:
    yield
    unhappy = WebhookEvent.objects.exclude(state__in=[EventState.PROCESSED, EventState.IGNORED])
    assert list(unhappy.values_list("type", "note")) == []


def sums() -> dict[str, int]:
    return dict(LedgerEntry.objects.order_by().values_list("account").annotate(s=Sum("amount")))


def notes() -> list[Receipt]:
    return list(Receipt.objects.filter(document_type=DocumentType.CREDIT_NOTE))


def test_a_debit_returned_after_it_settled_is_taken_off_the_gift_and_its_receipt_is_cancelled(
    debit: Payment, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    charge = BalanceTransaction.objects.get()
    sandbox.fail_debit_late(debit.stripe_charge_id or "")
    deliver()
    debit.refresh_from_db()
    assert (debit.status, debit.net_given, debit.lost_amount) == ("succeeded", 0, 1035)
    assert debit.returned_at is not None
    assert gift_facts(debit).net == 0
    back = BalanceTransaction.objects.exclude(pk=charge.pk).get()
    assert (back.type, back.amount, back.payment) == ("payment_failure_refund", -1035, debit)
    assert sums() == {
        "stripe_clearing": -charge.fee,
        "contributions": -1000,
        "fee_cover": -35,
        "returned_debits": 1035,
        "processing_fees": charge.fee,
    }
    [note] = notes()
    assert note.content["total"]["amount"]["minor"] == 1035
    receipt = Receipt.objects.get(document_type=DocumentType.RECEIPT)
    assert receipt.number in note.content["lines"][0]["label"]


def test_its_events_may_come_twice_and_in_any_order(
    debit: Payment, sandbox: SandboxAccount
) -> None:
    sandbox.fail_debit_late(debit.stripe_charge_id or "")
    told = sandbox.take_deliveries()
    deliver_one_by_one([*reversed(told), *told])
    assert cancel_receipt(debit.pk, now=timezone.now()) == notes()[0]
    assert len(notes()) == 1
    assert sums()["returned_debits"] == 1035


def test_a_return_of_which_no_event_came_is_read_off_stripes_ledger(
    debit: Payment, sandbox: SandboxAccount
) -> None:
    sandbox.fail_debit_late(debit.stripe_charge_id or "")
    assert sandbox.take_deliveries()
    assert book_listed(now=timezone.now() + timedelta(hours=1)) == 1
    debit.refresh_from_db()
    assert (debit.lost_amount, debit.net_given) == (1035, 0)
    assert sums()["returned_debits"] == 1035


def test_the_sweep_cancels_what_no_receiver_did(debit: Payment) -> None:
    Payment.objects.update(returned_at=timezone.now(), lost_amount=1035)
    assert issue_missing(now=timezone.now()) == 1
    assert issue_missing(now=timezone.now()) == 0
    assert len(notes()) == 1


def test_a_lost_dispute_cancels_the_receipt_for_what_the_bank_kept(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    sandbox.pay(open_page(campaign).url)
    deliver()
    dispute = sandbox.dispute(str(Payment.objects.get().stripe_charge_id))
    deliver()
    assert notes() == []  # Nothing is lost while it is open.
    sandbox.decide(dispute["id"], won=False, lost_for=400)
    deliver()
    [note] = notes()
    assert note.content["total"]["amount"]["minor"] == 400
    assert LedgerEntry.objects.filter(account=LedgerAccount.DISPUTED_GIFTS).exists()


def test_the_payer_is_told_that_the_receipt_no_longer_holds(
    debit: Payment, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    sandbox.fail_debit_late(debit.stripe_charge_id or "")
    deliver()
    render_receipts()
    [letter] = Letter.objects.filter(kind="receipt_cancelled")
    assert letter.key == str(notes()[0].reference)
    assert not Letter.objects.filter(kind="refund").exists()
