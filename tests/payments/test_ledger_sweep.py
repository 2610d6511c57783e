"""The sweep books what no event brought, one by one and only from Stripe's own words."""

from dataclasses import replace
from datetime import timedelta

import pytest
import stripe
from django.db.models import Sum
from django.utils import timezone

from payments.donations.actions import record_payment, record_refund
from payments.donations.disputes import record_dispute
from payments.gateway.checkouts import fetch_checkout_session
from payments.gateway.disputes import fetch_dispute
from payments.gateway.payments import fetch_payment
from payments.gateway.refunds import fetch_refund
from payments.ledger.booking import book_missing
from payments.ledger.tasks import book_missing_balance_transactions
from payments.models import BalanceTransaction, Campaign, Dispute, LedgerEntry, Payment
from tests.factories import PaymentFactory
from tests.life import LifeClock
from tests.payments.stories import give, open_page
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


def recorded(campaign: Campaign, sandbox: SandboxAccount, **choices: object) -> Payment:
    """A gift that Stripe collected and we recorded, whose line never came."""
    checkout = give(campaign, sandbox, **choices)
    intent_id = fetch_checkout_session(checkout.stripe_id or "").payment_intent_id or ""
    payment = record_payment(fetch_payment(intent_id), cause="test", now=timezone.now())
    assert payment is not None
    return payment


def sums() -> dict[str, int]:
    return dict(LedgerEntry.objects.order_by().values_list("currency").annotate(s=Sum("amount")))


def test_a_settled_payment_without_its_line_is_booked(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    payment = recorded(campaign, sandbox)
    soon = timezone.now()
    assert book_missing(now=soon) == 0  # Its own event may still be on its way.
    later = soon + timedelta(minutes=10)
    assert book_missing(now=later) == 1
    assert book_missing(now=later) == 0
    line = BalanceTransaction.objects.get()
    assert (line.payment, line.amount, line.currency) == (payment, 1035, "GBP")
    assert line.net == line.amount - line.fee < line.amount
    assert sums() == {"GBP": 0}


def test_a_refund_without_its_line_is_booked(campaign: Campaign, sandbox: SandboxAccount) -> None:
    payment = recorded(campaign, sandbox)
    client = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    made = client.v1.refunds.create({"payment_intent": payment.stripe_id, "amount": 400})
    record_refund(fetch_refund(made.id), cause="test", now=timezone.now())
    assert book_missing(now=timezone.now() + timedelta(minutes=10)) == 2
    lines = BalanceTransaction.objects.order_by("amount").values_list("amount", "refund__stripe_id")
    assert list(lines) == [(-400, made.id), (1035, None)]
    assert sums() == {"GBP": 0}


def test_one_payment_that_stripe_does_not_know_stops_no_other(
    campaign: Campaign, sandbox: SandboxAccount, caplog: pytest.LogCaptureFixture
) -> None:
    PaymentFactory.create(donation__campaign=campaign, succeeded_at=timezone.now())
    recorded(campaign, sandbox)
    PaymentFactory.create(donation__campaign=campaign, succeeded_at=timezone.now())
    assert book_missing(now=timezone.now() + timedelta(minutes=10)) == 1
    assert caplog.text.count("Stripe refuses to show") == 2


def test_the_sweep_leaves_the_rest_to_the_next_when_stripe_is_out_of_reach(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    recorded(campaign, sandbox)
    later = timezone.now() + timedelta(minutes=10)
    sandbox.fail_next(3, status=503)  # The call and the two retries of the SDK.
    assert book_missing(now=later) == 0
    assert book_missing(now=later) == 1


def test_the_task_has_nothing_to_do_once_everything_is_booked(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    payment = recorded(campaign, sandbox)
    book_missing(now=timezone.now() + timedelta(minutes=10))
    book_missing_balance_transactions.delay()
    assert BalanceTransaction.objects.filter(payment=payment).count() == 1


def test_a_disputes_lines_that_no_event_brought_are_booked(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    payment = recorded(campaign, sandbox)
    made = sandbox.dispute(payment.stripe_charge_id or "")
    opened = replace(fetch_dispute(made["id"]), lines=(), taken=0)
    record_dispute(opened, cause="test", now=timezone.now())
    later = timezone.now() + timedelta(minutes=10)
    assert book_missing(now=later) == 2
    assert Dispute.objects.get().taken_amount == 1035  # Read off the line that had not been there.
    sandbox.decide(made["id"], won=False, lost_for=400)
    assert book_missing(now=later) == 0  # It is told as open, and has its line.
    record_dispute(replace(fetch_dispute(made["id"])), cause="test", now=later)
    assert book_missing(now=later + timedelta(minutes=10)) == 2
    lines = BalanceTransaction.objects.filter(dispute=Dispute.objects.get(), payment=payment)
    assert sorted(lines.values_list("amount", flat=True)) == [-1035, 635]


def test_a_returned_debit_without_its_line_is_booked(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock
) -> None:
    sandbox.pay(open_page(campaign, currency="EUR").url, method="sepa_debit")
    clock.advance(days=6)
    [made] = sandbox.events("payment_intent.succeeded")
    intent_id = made["data"]["object"]["id"]
    payment = record_payment(fetch_payment(intent_id), cause="test", now=timezone.now())
    assert payment is not None
    sandbox.fail_debit_late(payment.stripe_charge_id or "")
    record_payment(fetch_payment(intent_id), cause="test", now=timezone.now())
    later = timezone.now() + timedelta(minutes=10)
    assert book_missing(now=later) > 0
    assert book_missing(now=later) == 0
    assert sorted(BalanceTransaction.objects.values_list("amount", flat=True)) == [-1035, 1035]
    assert sums() == {"EUR": 0}
