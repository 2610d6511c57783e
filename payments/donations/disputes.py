"""Writes of disputes: what a payer's bank asked about, took, and gave back.

What was given is kept true here; what moved in Stripe's balance is booked by the ledger.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from payments.donations.changes import note_changes
from payments.donations.giving.marks import gift_of, mark_givers
from payments.donations.models import Dispute, DisputeState, Payment
from payments.events import dispute_changed
from payments.gateway.snapshots import DisputeSnapshot
from payments.money import proportion

logger = logging.getLogger(__name__)

_STATES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.NONE,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "appeal_needs_response": DisputeState.OPEN,
    "appeal_under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}


def state_of(snapshot: DisputeSnapshot) -> DisputeState:
    """Name the state of Stripe's dispute; raises KeyError for a word that Stripe did not have before.

    A dispute that was prevented was settled with the payer's bank: by giving the money back, where some was taken.
    """
    if snapshot.status == "prevented":
        return DisputeState.LOST if snapshot.taken else DisputeState.NONE
    return _STATES[snapshot.status]


@transaction.atomic
def record_dispute(snapshot: DisputeSnapshot, *, cause: str, now: datetime) -> Dispute | None:
    """Make our dispute say what Stripe's says; None while its payment is not on the books.

    The caller records the payment first. Announces `dispute_changed` when the state or what was taken changes. Safe to
    repeat; whatever Stripe says is recorded, because an appeal opens again what was decided.
    """
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("donation")
        .filter(stripe_id=snapshot.payment_intent_id)
        .first()
    )
    if payment is None:
        return None
    known = Dispute.objects.select_for_update().filter(stripe_id=snapshot.id).first()
    dispute = known or Dispute(
        payment=payment, stripe_id=snapshot.id, created_at=snapshot.created_at
    )
    before = (dispute.state, dispute.taken_amount, dispute.amount) if known else None
    dispute.state, dispute.taken_amount = state_of(snapshot), snapshot.taken
    dispute.amount, dispute.currency = snapshot.amount, snapshot.currency
    dispute.stripe_status = snapshot.status[:40]
    dispute.evidence_due_at = snapshot.evidence_due_at
    if (dispute.state, dispute.taken_amount, dispute.amount) == before:
        # Whether and until when it can be answered is nobody else's business.
        dispute.save(update_fields=["stripe_status", "evidence_due_at"])
        return dispute
    dispute.reason, dispute.changed_at = snapshot.reason[:60], now
    dispute.save()
    _restate(payment)
    note_changes([payment.pk])
    logger.info("Dispute %s of payment %s is %s (%s).", dispute, payment, dispute.state, cause)
    dispute_changed.send(sender=Dispute, payment_id=payment.pk, dispute_id=dispute.pk)
    return dispute


def _restate(payment: Payment) -> None:
    """Sum what disputes hold and what they took for good; never more than the payment, and all of a returned one."""
    if payment.returned_at is not None:
        return
    gave = gift_of(payment)
    taken = list(payment.disputes.filter(taken_amount__gt=0))
    lost = _sum(payment, (each for each in taken if each.state == DisputeState.LOST))
    held = _sum(payment, (each for each in taken if each.state == DisputeState.OPEN))
    payment.lost_amount = min(lost, payment.amount)
    payment.held_amount = min(held, payment.amount - payment.lost_amount)
    payment.save(update_fields=["lost_amount", "held_amount"])
    if gift_of(payment) != gave:
        mark_givers([payment.donation.customer_id])


def _sum(payment: Payment, disputes: Iterable[Dispute]) -> int:
    """Add up in the payment's currency; a dispute in another one, a bank's own, is about the whole payment."""
    return sum(
        each.taken_amount
        if each.currency == payment.currency
        else proportion(payment.amount, each.taken_amount, each.amount)
        for each in disputes
    )
