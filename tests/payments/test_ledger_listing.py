"""Every line of Stripe's ledger reaches the books, without an event as well, and suspense ends with a reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from payments.donations.actions import record_payment
from payments.errors import InvalidTransition
from payments.gateway.payments import fetch_payment
from payments.ledger.actions import book_balance_transaction
from payments.ledger.corrections import explain_suspense, lines_in, reverse_posting
from payments.ledger.explaining import explain_known_gifts
from payments.ledger.listing import book_listed
from payments.ledger.queries import open_suspense
from payments.models import (
    BalanceListing,
    BalanceTransaction,
    Campaign,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    Payment,
)
from tests.factories import UserFactory
from tests.payments.snapshots import NOON, a_balance_transaction
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


def sums() -> dict[str, int]:
    rows = LedgerEntry.objects.order_by().values_list("account").annotate(s=Sum("amount"))
    return {account: amount for account, amount in rows if amount}


def test_fees_reserves_and_payouts_are_booked_without_any_event(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    deliver()
    fee = BalanceTransaction.objects.get().fee
    sandbox.bill(70, "GBP", "Billing")
    sandbox.reserve(100, "GBP")
    [payout] = sandbox.pay_out()
    soon = timezone.now() + timedelta(hours=1)
    assert book_listed(now=soon) == 3
    assert book_listed(now=soon) == 0
    assert BalanceListing.objects.get().booked_until == soon - timedelta(minutes=10)
    assert sums() == {
        "contributions": -1000,
        "fee_cover": -35,
        "processing_fees": fee + 70,
        "stripe_reserve": 100,
        "bank_in_transit": payout["amount"],
    }
    sandbox.advance(hours=2)
    sandbox.fail_payout(payout["id"])
    assert book_listed(now=soon + timedelta(hours=2)) == 1
    assert sums()["stripe_clearing"] == payout["amount"]


def test_a_line_waits_a_day_for_its_gift_and_then_goes_to_suspense_until_the_gift_is_known(
    campaign: Campaign, sandbox: SandboxAccount, caplog: pytest.LogCaptureFixture
) -> None:
    give(campaign, sandbox)
    charged = timezone.now()
    assert book_listed(now=charged + timedelta(hours=1)) == 0
    assert BalanceListing.objects.get().booked_until < charged  # It is looked at again.
    assert book_listed(now=charged + timedelta(hours=25)) == 1
    [left] = open_suspense(campaign.entity)
    assert (left.currency, left.amount) == ("GBP", -1035)
    assert "is booked to suspense" in caplog.text

    assert explain_known_gifts(now=charged) == 0
    [event] = sandbox.events("payment_intent.succeeded")
    intent = fetch_payment(event["data"]["object"]["id"])
    payment = record_payment(intent, cause="test", now=charged)
    assert explain_known_gifts(now=charged) == 1
    assert explain_known_gifts(now=charged) == 0
    line = BalanceTransaction.objects.get()
    assert line.payment == payment
    assert open_suspense(campaign.entity) == []
    assert sums() == {
        "stripe_clearing": line.net,
        "contributions": -1000,
        "fee_cover": -35,
        "processing_fees": line.fee,
    }
    correction = line.posting.corrections.get()
    assert (correction.reason, correction.posted_by) == ("Its gift became known.", None)
    assert correction.original_on == line.posting.original_on


def test_the_sweep_goes_on_when_stripe_is_there_again(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    sandbox.bill(70, "GBP", "Billing")
    later = timezone.now() + timedelta(hours=1)
    sandbox.fail_next(3, status=503)
    assert book_listed(now=later) == 0
    assert not BalanceListing.objects.exists()
    assert book_listed(now=later) == 1


@pytest.fixture
def billed(campaign: Campaign, sandbox: SandboxAccount) -> LedgerPosting:
    """A fee of 70 pence on its own."""
    sandbox.bill(70, "GBP", "Billing")
    book_listed(now=timezone.now() + timedelta(hours=1))
    return LedgerPosting.objects.get()


def test_a_person_explains_what_is_in_suspense_once(campaign: Campaign) -> None:
    row = a_balance_transaction(amount=500, fee=0, category="topup", source="tu_1")
    posting = book_balance_transaction(row, now=NOON)
    person = UserFactory.create()
    correction = explain_suspense(
        posting.pk,
        account=LedgerAccount.BANK_IN_TRANSIT,
        reason="Our own transfer of 20 November.",
        by=person,
        now=NOON,
    )
    assert (correction.corrects, correction.posted_by) == (posting, person)
    assert sums() == {"stripe_clearing": 500, "bank_in_transit": -500}
    assert open_suspense(campaign.entity) == []
    with pytest.raises(InvalidTransition, match="in suspense"):
        explain_suspense(
            posting.pk, account=LedgerAccount.FEE_COVER, reason="Again.", by=person, now=NOON
        )


def test_a_correction_says_why(billed: LedgerPosting) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        reverse_posting(billed.pk, reason="  ", by=UserFactory.create(), now=timezone.now())
    assert not billed.corrections.exists()


def test_a_line_that_stripe_does_not_have_is_taken_back_once(billed: LedgerPosting) -> None:
    reverse_posting(billed.pk, reason="Not at Stripe.", by=None, now=timezone.now())
    assert sums() == {}
    assert lines_in(billed) == []
    with pytest.raises(InvalidTransition, match="reversed already"):
        reverse_posting(billed.pk, reason="Twice.", by=None, now=timezone.now())
    assert Payment.objects.count() == 0
