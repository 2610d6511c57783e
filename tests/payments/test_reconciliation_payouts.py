"""Payouts over Stripe's peer: read, booked, added up, and what happens when they do not add up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from django.utils import timezone

from payments.events import payout_reconciled
from payments.models import (
    BalanceTransaction,
    Campaign,
    Donation,
    Payment,
    Payout,
    PayoutItem,
    ReconciliationChange,
    ReconciliationState,
    ReconciliationVerb,
)
from payments.reconciliation.queries import (
    payout_difference,
    payout_summary,
    payouts_retried_by,
)
from payments.reconciliation.tasks import list_payouts, read_payouts
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


def _peer(sandbox: SandboxAccount) -> stripe.StripeClient:
    return stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})


def test_a_payout_is_read_booked_and_adds_up_when_stripe_completes_its_lines(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    told: list[int] = []
    payout_reconciled.connect(
        lambda payout_id, **_: told.append(payout_id), weak=False, dispatch_uid="test"
    )
    give(campaign, sandbox, amount=2500, fee_cover=0)
    give(campaign, sandbox, frequency="monthly", browser_session="second")
    deliver()
    refunded = Payment.objects.get(amount=2500)
    _peer(sandbox).v1.refunds.create({"payment_intent": refunded.stripe_id, "amount": 700})
    [shown] = sandbox.pay_out()
    deliver()
    payout_reconciled.disconnect(dispatch_uid="test")

    payout = Payout.objects.get()
    assert payout.amount == shown["amount"]
    assert (payout.status, payout.state) == ("paid", ReconciliationState.AUTO)
    assert payout.evidence == f"3 lines sum to £{payout.amount / 100:.2f}, the payout."
    assert payout.trace_id
    assert payout.is_automatic
    difference = payout_difference(payout)
    assert (difference.difference, difference.line_count) == (0, 3)
    assert [(row.category, row.line_count) for row in payout_summary(payout)] == [
        ("charge", 2),
        ("refund", 1),
    ]
    own = BalanceTransaction.objects.get(stripe_id=payout.line_id)
    assert own.net == -payout.amount
    assert not PayoutItem.objects.filter(balance_transaction=own).exists()
    assert told == [payout.pk]
    assert ReconciliationChange.objects.get().verb == ReconciliationVerb.RECONCILED


def test_lines_are_not_asked_for_before_stripe_completed_them(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    sandbox.configure(settlement_days=2)
    give(campaign, sandbox)
    # Paid out at one in the night after the money became available, complete an hour later.
    moment = datetime.now(UTC)
    paid_out = datetime(moment.year, moment.month, moment.day, 1, 30, tzinfo=UTC) + timedelta(2)
    sandbox.advance(seconds=int((paid_out - moment).total_seconds()))
    deliver()
    payout = Payout.objects.get()
    assert (payout.state, payout.items.count()) == (ReconciliationState.OPEN, 0)
    assert payout.evidence == "Stripe has not yet said that its lines are complete."
    sandbox.advance(days=3)
    deliver()
    payout.refresh_from_db()
    assert (payout.state, payout.items.count()) == (ReconciliationState.AUTO, 1)


def test_the_nightly_list_finds_payouts_whose_events_were_all_lost(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    deliver()
    sandbox.pay_out()
    sandbox.take_deliveries()
    list_payouts()
    read_payouts()
    assert Payout.objects.get().state == ReconciliationState.AUTO


def test_a_payout_finds_the_gift_whose_events_were_all_lost(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    give(campaign, sandbox, amount=4000, fee_cover=0)
    sandbox.pay_out()
    sandbox.take_deliveries()
    list_payouts()
    read_payouts()
    assert Payout.objects.get().state == ReconciliationState.AUTO
    assert Donation.objects.get().amount == 4000
    line = BalanceTransaction.objects.get(reporting_category="charge")
    assert line.payment == Payment.objects.get()


def test_a_charge_that_is_no_gift_of_ours_makes_an_exception_that_names_it(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    foreign = _peer(sandbox).v1.payment_intents.create(
        {
            "amount": 999,
            "currency": "gbp",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    sandbox.pay_out()
    deliver()
    payout = Payout.objects.get()
    assert payout.state == ReconciliationState.EXCEPTION
    assert payout.evidence == f"1 line belongs to no gift on the books: {foreign.latest_charge}."
    assert payout_difference(payout).difference == 0


def test_a_payout_that_retries_a_failed_one_leads_back_to_its_gifts(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    deliver()
    sandbox.pay_out(fail=True)
    deliver()
    failed = Payout.objects.get()
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert failed.state == ReconciliationState.AUTO
    returned = BalanceTransaction.objects.get(stripe_id=failed.return_line_id)
    assert returned.net == failed.amount
    sandbox.pay_out()
    deliver()
    retry = Payout.objects.exclude(pk=failed.pk).get()
    assert [item.balance_transaction for item in retry.items.all()] == [returned]
    assert retry.state == ReconciliationState.AUTO
    assert retry.evidence.endswith(f"It pays out again what {failed.stripe_id} could not.")
    assert payouts_retried_by(retry) == [failed]
    assert failed.items.get().balance_transaction.payment == Payment.objects.get()


def test_a_retry_finds_the_failed_payout_that_is_not_on_the_books(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    deliver()
    [failed] = sandbox.pay_out(fail=True)
    sandbox.take_deliveries()
    sandbox.pay_out()
    deliver()
    assert Payout.objects.filter(stripe_id=failed["id"], state=ReconciliationState.AUTO).exists()
    assert Payout.objects.exclude(stripe_id=failed["id"]).get().state == ReconciliationState.AUTO


def test_a_manual_payout_says_that_stripe_cannot_itemise_it(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    sandbox.configure(payout_interval="manual")
    give(campaign, sandbox)
    sandbox.advance(days=4)
    _peer(sandbox).v1.payouts.create({"amount": 500, "currency": "gbp"})
    deliver()
    payout = Payout.objects.get()
    assert payout.state == ReconciliationState.EXCEPTION
    assert "Stripe does not say which lines it paid out" in payout.evidence
    assert BalanceTransaction.objects.get(stripe_id=payout.line_id).net == -500
    assert payout.items.count() == 0


def test_an_event_that_comes_again_late_or_out_of_order_changes_nothing(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    sandbox.pay_out()
    deliver()
    changed_at = Payout.objects.get().changed_at
    for event in reversed(sandbox.events()):
        if event["type"].startswith("payout."):
            sandbox.resend(event["id"])
    deliver()
    payout = Payout.objects.get()
    assert (payout.changed_at, payout.state) == (changed_at, ReconciliationState.AUTO)
    assert ReconciliationChange.objects.count() == 1


def test_reading_goes_on_where_it_stopped_when_stripe_is_out_of_reach(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    deliver()
    sandbox.pay_out()
    sandbox.take_deliveries()
    list_payouts()
    sandbox.fail_next(3, 503, "GET /v1/balance_transactions")
    read_payouts()
    payout = Payout.objects.get()
    assert (payout.state, payout.claimed_until) == (ReconciliationState.OPEN, None)
    assert payout.due_at is not None
    assert payout.due_at > timezone.now()
    Payout.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    read_payouts()
    assert Payout.objects.get().state == ReconciliationState.AUTO
