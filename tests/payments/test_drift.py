"""The audit against Stripe: rows broken by hand, beneath every guard, are found and healed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
import stripe
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments.drift.actions import request_audit, run_audit
from payments.errors import GatewayUnavailable
from payments.ledger.actions import book_balance_transaction
from payments.models import (
    AuditEntry,
    BalanceTransaction,
    Campaign,
    Dispute,
    DriftAudit,
    DriftAuditState,
    DriftKind,
    DriftOutcome,
    DriftProblem,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    Payment,
    PaymentStatus,
    Payout,
    PayoutItem,
    ReconciliationState,
    Refund,
    RefundStatus,
)
from payments.reconciliation.clearing import balance_differences
from payments.reconciliation.exceptions import exceptions
from payments.reconciliation.models import StripeBalance
from payments.reconciliation.tasks import take_stripe_balance
from tests.payments.breaking import (
    alter_line,
    beneath_the_guards,
    erase,
    erase_line,
    erase_refund,
)
from tests.payments.snapshots import a_balance_transaction
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]) -> list[Payment]:
    """Six gifts, two refunds, a lost dispute and a payout, all on the books as at Stripe."""
    for number in range(6):
        give(
            campaign,
            sandbox,
            amount=10_000 + number,
            fee_cover=0,
            browser_session=f"b{number}",
            email=f"r{number}@example.org",
        )
    deliver()
    payments = list(Payment.objects.order_by("amount"))
    peer = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    for payment in payments[:2]:
        peer.v1.refunds.create({"payment_intent": payment.stripe_id, "amount": 100})
    for payment in payments[2:4]:
        sandbox.dispute(str(payment.stripe_charge_id), won=False)
    deliver()
    sandbox.pay_out()
    deliver()
    sandbox.pay_out()
    deliver()
    return payments


def _audit(*, is_repairing: bool) -> DriftAudit:
    now = timezone.now()
    audit = request_audit(
        now - timedelta(days=2), now + timedelta(days=1), is_repairing=is_repairing, now=now
    )
    return run_audit(audit, now=now)


def _found(audit: DriftAudit) -> set[tuple[str, str, str]]:
    return set(audit.findings.values_list("kind", "problem", "stripe_id"))


@pytest.mark.deep
def test_ten_rows_broken_in_ten_ways_are_found_and_healed(
    books: list[Payment],
) -> None:
    one, two, three, four, five, six = books
    refund_lost, refund_altered = one.refunds.get(), two.refunds.get()
    dispute_altered, dispute_lost = three.disputes.get(), four.disputes.get()
    payout, now = Payout.objects.get(), timezone.now()
    line_lost = BalanceTransaction.objects.get(source_id=refund_altered.stripe_id)
    line_altered = BalanceTransaction.objects.get(source_id=five.stripe_charge_id)
    item_lost = PayoutItem.objects.get(balance_transaction__source_id=six.stripe_charge_id)
    expected = {
        # 1. A refund is deleted, with what hangs on it.
        ("refund", "missing", refund_lost.stripe_id),
        # 2. Another one's amount is altered.
        ("refund", "different", refund_altered.stripe_id),
        # 3. A dispute is deleted.
        ("dispute", "missing", dispute_lost.stripe_id),
        # 4. Another one's outcome is altered.
        ("dispute", "different", dispute_altered.stripe_id),
        # 5. A payment's amount is altered.
        ("payment", "different", five.stripe_id),
        # 6. Another payment is turned back to processing.
        ("payment", "different", six.stripe_id),
        # 7. A line of the ledger is deleted, with its posting.
        ("balance_transaction", "missing", line_lost.stripe_id),
        # 8. A line's figures are altered, and its posting with it.
        ("balance_transaction", "different", line_altered.stripe_id),
        # 9. The payout's amount is altered and a line taken out of it.
        ("payout", "different", payout.stripe_id),
        # 10. A line that Stripe never wrote is put in.
        ("balance_transaction", "extra", "txn_bogus"),
    }
    lost = BalanceTransaction.objects.get(source_id=refund_lost.stripe_id)
    with beneath_the_guards():
        erase_refund(refund_lost)
        Refund.objects.filter(pk=refund_altered.pk).update(amount=77)
        BalanceTransaction.objects.filter(dispute=dispute_lost).update(dispute=None)
        erase(Dispute.objects.filter(pk=dispute_lost.pk))
        Dispute.objects.filter(pk=dispute_altered.pk).update(state="won", taken_amount=0)
        Payment.objects.filter(pk=five.pk).update(amount=999999)
        Payment.objects.filter(pk=six.pk).update(status="processing")
        erase_line(line_lost)
        alter_line(line_altered, by=500)
        Payout.objects.filter(pk=payout.pk).update(amount=1)
        erase(PayoutItem.objects.filter(pk=item_lost.pk))
    _put_in_bogus_line(now)
    # The refund's line hung on it as well.
    expected.add(("balance_transaction", "missing", lost.stripe_id))

    dry = _audit(is_repairing=False)
    assert _found(dry) >= expected
    assert set(dry.findings.values_list("outcome", flat=True)) == {DriftOutcome.FOUND}
    # What else is told follows from these: payments whose refunds no longer add up.
    others = _found(dry) - expected
    assert {(kind, problem) for kind, problem, _ in others} <= {("payment", "different")}
    assert Payment.objects.get(pk=five.pk).amount == 999999

    healed = _audit(is_repairing=True)
    assert _found(healed) == _found(dry)
    outcomes = dict(healed.findings.values_list("stripe_id", "outcome"))
    assert set(outcomes.values()) == {DriftOutcome.REPAIRED, DriftOutcome.REVERSED}, list(
        healed.findings.values_list("stripe_id", "outcome", "note", "details")
    )
    assert outcomes["txn_bogus"] == DriftOutcome.REVERSED

    assert _found(_audit(is_repairing=True)) == set()
    assert Refund.objects.get(stripe_id=refund_lost.stripe_id).amount == 100
    assert Refund.objects.get(pk=refund_altered.pk).amount == 100
    assert Dispute.objects.get(pk=dispute_altered.pk).state == "lost"
    assert Dispute.objects.get(stripe_id=dispute_lost.stripe_id).payment == four
    five.refresh_from_db()
    six.refresh_from_db()
    assert (five.amount, six.status) == (10_004, PaymentStatus.SUCCEEDED)
    payout.refresh_from_db()
    assert payout.amount > 1
    assert payout.items.filter(balance_transaction__source_id=six.stripe_charge_id).exists()
    # The altered line can never be changed back: the books are right by a correction, and so its payout adds up.
    assert payout.state == ReconciliationState.AUTO
    assert LedgerPosting.objects.filter(corrects__balance_transaction=line_altered).exists()
    take_stripe_balance()
    assert balance_differences([StripeBalance.objects.get(currency="GBP")]) == {"GBP": 0}


def _put_in_bogus_line(now: datetime) -> None:
    bogus = a_balance_transaction("txn_bogus", 4321, fee=0, source="ch_bogus")
    book_balance_transaction(replace(bogus, created_at=now - timedelta(minutes=1)), now=now)


def test_a_payment_that_was_never_recorded_is_recorded_whole(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    give(campaign, sandbox, frequency="monthly")
    sandbox.take_deliveries()
    dry = _audit(is_repairing=False)
    assert {(f.kind, f.problem) for f in dry.findings.all()} == {
        (DriftKind.PAYMENT, DriftProblem.MISSING),
        (DriftKind.BALANCE_TRANSACTION, DriftProblem.MISSING),
    }
    assert not Payment.objects.exists()
    _audit(is_repairing=True)
    payment = Payment.objects.get()
    assert payment.donation.plan is not None
    assert LedgerEntry.objects.filter(account="suspense").count() == 0
    assert not _audit(is_repairing=False).findings.exists()


@pytest.fixture
def gift(campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]) -> Payment:
    give(campaign, sandbox)
    deliver()
    return Payment.objects.get()


def test_a_refund_that_stripe_does_not_know_counts_as_given_back_no_more(gift: Payment) -> None:
    audit = _audit(is_repairing=True)
    assert (audit.state, audit.findings.count()) == (DriftAuditState.DONE, 0)
    assert audit.compared[DriftKind.PAYMENT] == audit.compared[DriftKind.BALANCE_TRANSACTION] == 1
    Refund.objects.create(
        payment=gift,
        stripe_id="re_bogus",
        status=RefundStatus.SUCCEEDED,
        amount=500,
        created_at=timezone.now(),
    )
    audit = _audit(is_repairing=True)
    assert audit.findings.get(kind="refund").outcome == DriftOutcome.REVERSED
    assert AuditEntry.objects.get(object_reference="re_bogus").action == "drift_reversed"
    gift.refresh_from_db()
    assert (gift.refunded_amount, gift.status) == (0, PaymentStatus.SUCCEEDED)
    assert not _audit(is_repairing=False).findings.exists()


def test_a_payment_that_stripe_does_not_know_waits_for_a_person(
    gift: Payment, entity: LegalEntity
) -> None:
    Payment.objects.create(
        donation=gift.donation,
        stripe_id="pi_bogus",
        currency="GBP",
        amount=5,
        status=PaymentStatus.SUCCEEDED,
        created_at=timezone.now(),
        succeeded_at=timezone.now(),
    )
    finding = _audit(is_repairing=True).findings.get()
    assert (finding.problem, finding.outcome) == (DriftProblem.EXTRA, DriftOutcome.FLAGGED)
    assert "Stripe does not know it" in finding.note
    [row] = exceptions(entity, now=timezone.now(), kinds=["drift"])
    assert (row.key, row.amount) == ("payment pi_bogus", 5)


def test_the_command_reports_and_changes_nothing_unless_told(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    give(campaign, sandbox)
    sandbox.take_deliveries()
    today = timezone.now().date()
    days = {"first": str(today - timedelta(days=1)), "last": str(today)}
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit_stripe", f"--from={days['first']}", f"--to={days['last']}", stdout=told)
    assert ended.value.code == 1
    assert "Missing here   payment pi_" in told.getvalue()
    assert "Add --repair" in told.getvalue()
    call_command(
        "audit_stripe", f"--from={days['first']}", f"--to={days['last']}", "--repair", stdout=told
    )
    assert Payment.objects.count() == 1
    with pytest.raises(CommandError, match="is not a day like"):
        call_command("audit_stripe", "--from=yesterday", "--to=today")


def test_an_audit_that_stripe_cuts_short_says_so(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, 500, "GET /v1/disputes")
    with pytest.raises(GatewayUnavailable):
        _audit(is_repairing=False)
    audit = DriftAudit.objects.get()
    assert (audit.state, audit.compared) == (DriftAuditState.FAILED, {"payment": 0, "refund": 0})
    assert "500" in audit.error
