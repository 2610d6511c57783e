"""Heal what an audit found, by the same recording actions that Stripe's events lead to."""

from collections.abc import Callable
from datetime import datetime

from payments.donations.actions import record_refund, restate_refunds
from payments.donations.disputes import record_dispute
from payments.donations.models import Dispute, Refund
from payments.drift.corrections import correct_line
from payments.drift.models import DriftFinding, DriftKind, DriftOutcome, DriftProblem
from payments.gateway.balance import fetch_balance_transaction
from payments.gateway.payouts import fetch_payout
from payments.gateway.snapshots import DisputeSnapshot, RefundSnapshot
from payments.ledger.actions import book_balance_transaction
from payments.reconciliation.actions import read_lines_again, record_payouts
from payments.reconciliation.reading import read_payout
from payments.webhooks.sources import can_be_recorded, record_sources

_REASON = "Audit against Stripe"
_UNKNOWN = (
    "Stripe does not know it, and what settled is never taken back by itself. Find out how it came here, and settle "
    "this with a note."
)


def repair(found: DriftFinding, *, now: datetime) -> tuple[DriftOutcome, str]:
    """Do what can be done for one finding; returns the outcome to be expected and a note.

    Calls Stripe, so it cannot run in a transaction. The caller compares anew afterwards: only what is then the same as
    at Stripe is called repaired.
    """
    if found.problem == DriftProblem.EXTRA:
        return _REVERSALS[DriftKind(found.kind)](found.stripe_id, now)
    if found.kind == DriftKind.BALANCE_TRANSACTION:
        return _repair_line(found, now)
    if found.kind == DriftKind.PAYOUT:
        return _repair_payout(found, now)
    is_ours = record_sources([found.stripe_id], cause="audit", now=now)
    if not is_ours:
        return DriftOutcome.FLAGGED, "It names no checkout or plan of ours."
    if found.kind == DriftKind.PAYMENT:
        restate_refunds(found.stripe_id)
    return DriftOutcome.REPAIRED, "Recorded from Stripe, as its event would have been."


def _repair_line(found: DriftFinding, now: datetime) -> tuple[DriftOutcome, str]:
    snapshot = fetch_balance_transaction(found.stripe_id)
    if found.problem == DriftProblem.MISSING:
        if can_be_recorded(snapshot.source_id):
            record_sources([snapshot.source_id], cause="audit", now=now)
        book_balance_transaction(snapshot, now=now)
        return DriftOutcome.REPAIRED, "Booked from Stripe."
    correct_line(found.stripe_id, snapshot, reason=f"{_REASON}: Stripe says otherwise", now=now)
    return (
        DriftOutcome.REPAIRED,
        "The row can never be changed; a correction posting makes the books say what Stripe says.",
    )


def _repair_payout(found: DriftFinding, now: datetime) -> tuple[DriftOutcome, str]:
    payout = record_payouts([fetch_payout(found.stripe_id)], now=now)[found.stripe_id]
    read_lines_again(payout.pk, now=now)
    read_payout(payout.pk, now=now)
    return DriftOutcome.REPAIRED, "Recorded from Stripe, and its lines read again."


def _reverse_line(stripe_id: str, now: datetime) -> tuple[DriftOutcome, str]:
    correct_line(stripe_id, None, reason=f"{_REASON}: unknown to Stripe", now=now)
    return DriftOutcome.REVERSED, "The row can never be deleted; a posting takes it back whole."


def _reverse_refund(stripe_id: str, now: datetime) -> tuple[DriftOutcome, str]:
    refund = Refund.objects.select_related("payment").get(stripe_id=stripe_id)
    snapshot = RefundSnapshot(
        id=stripe_id,
        status="canceled",
        amount=refund.amount,
        currency=refund.payment.currency,
        reason=refund.reason,
        charge_id=refund.payment.stripe_charge_id,
        payment_intent_id=refund.payment.stripe_id,
        created_at=refund.created_at,
        balance_transaction=None,
        failure_balance_transaction=None,
    )
    record_refund(snapshot, cause="audit: unknown to Stripe", now=now)
    return DriftOutcome.REVERSED, "Marked as cancelled, so that nothing counts as given back."


def _reverse_dispute(stripe_id: str, now: datetime) -> tuple[DriftOutcome, str]:
    dispute = Dispute.objects.select_related("payment").get(stripe_id=stripe_id)
    snapshot = DisputeSnapshot(
        id=stripe_id,
        status="warning_closed",
        amount=dispute.amount,
        currency=dispute.currency,
        reason=dispute.reason,
        payment_intent_id=dispute.payment.stripe_id,
        created_at=dispute.created_at,
        taken=0,
    )
    record_dispute(snapshot, cause="audit: unknown to Stripe", now=now)
    return DriftOutcome.REVERSED, "Marked as come to nothing, so that no money counts as taken."


def _flag(stripe_id: str, now: datetime) -> tuple[DriftOutcome, str]:
    return DriftOutcome.FLAGGED, _UNKNOWN


_REVERSALS: dict[DriftKind, Callable[[str, datetime], tuple[DriftOutcome, str]]] = {
    DriftKind.PAYMENT: _flag,
    DriftKind.REFUND: _reverse_refund,
    DriftKind.DISPUTE: _reverse_dispute,
    DriftKind.BALANCE_TRANSACTION: _reverse_line,
    DriftKind.PAYOUT: _flag,
}
