"""Stripe's disputes: a payer's bank asks about a charge, or takes its money back."""

from collections.abc import Mapping
from typing import Any, cast

import stripe

from payments.gateway.balance import read_balance_transaction
from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant, instant_or_none
from payments.gateway.snapshots import DisputeSnapshot
from payments.money import proportion


def fetch_dispute(dispute_id: str) -> DisputeSnapshot:
    """Read one dispute."""
    with calling_stripe() as client:
        dispute = client.v1.disputes.retrieve(dispute_id)
    return read_dispute(dispute)


def submit_evidence(
    dispute_id: str, evidence: Mapping[str, str], *, idempotency_key: str
) -> DisputeSnapshot:
    """Hand in what speaks for us, by Stripe's names of the texts; it can be done once.

    Raises GatewayRefused for a dispute that takes no answer (any more).
    """
    with calling_stripe() as client:
        dispute = client.v1.disputes.update(
            dispute_id,
            {"evidence": cast(Any, dict(evidence)), "submit": True},
            {"idempotency_key": idempotency_key},
        )
    return read_dispute(dispute)


def close_dispute(dispute_id: str, *, idempotency_key: str) -> DisputeSnapshot:
    """Accept a dispute: it is lost for good; an inquiry just ends. Raises GatewayRefused as above."""
    with calling_stripe() as client:
        dispute = client.v1.disputes.close(dispute_id, options={"idempotency_key": idempotency_key})
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
        taken=_taken(dispute),
        lines=tuple(read_balance_transaction(line) for line in dispute.balance_transactions),
        # Stripe says 0 where no answer is taken, as for a returned bank debit.
        evidence_due_at=instant_or_none(dispute.evidence_details.due_by or None),
    )


def _taken(dispute: stripe.Dispute) -> int:
    """Return what is gone of the disputed amount.

    There is no line for an inquiry, one for money taken, two once it was given back, or a part of it. The lines are in
    our settlement currency, so they say the share: what is missing of what a withdrawal takes.
    """
    amounts = [line.amount for line in dispute.balance_transactions]
    missing, withdrawn = -sum(amounts), -min(amounts, default=0)
    if missing <= 0:
        return 0
    return proportion(dispute.amount, min(missing, withdrawn), withdrawn)
