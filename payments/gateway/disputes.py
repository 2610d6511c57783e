"""Stripe's disputes: a payer's bank asks about a charge, or takes its money back."""

import stripe

from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant
from payments.gateway.snapshots import DisputeSnapshot


def fetch_dispute(dispute_id: str) -> DisputeSnapshot:
    """Read one dispute."""
    with calling_stripe() as client:
        dispute = client.v1.disputes.retrieve(dispute_id)
    return read_dispute(dispute)


def read_dispute(dispute: stripe.Dispute) -> DisputeSnapshot:
    return DisputeSnapshot(
        id=dispute.id,
        status=dispute.status,
        amount=dispute.amount,
        currency=dispute.currency.upper(),
        reason=dispute.reason or "",
        payment_intent_id=id_of(dispute.payment_intent),
        created_at=instant(dispute.created),
        # None for an inquiry, one for money taken, two once it was given back.
        is_withdrawn=sum(line.amount for line in dispute.balance_transactions) < 0,
    )
