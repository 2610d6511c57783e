"""Stripe's refunds."""

from typing import Any, cast

import stripe

from payments.gateway.balance import read_expanded
from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant, metadata_of
from payments.gateway.snapshots import RefundSnapshot

# The name in a refund's metadata.
_REQUEST = "request"
_LINES = ("balance_transaction", "failure_balance_transaction")


def create_refund(
    *, payment_intent_id: str, amount: int, reason: str, request: str
) -> RefundSnapshot:
    """Give back `amount` minor units of a payment; `reason` is one of Stripe's words.

    `request` is the idempotency key and is kept with the refund, so that one whose answer was lost is found again.
    Raises GatewayRefused where Stripe does not give it back.
    """
    with calling_stripe() as client:
        refund = client.v1.refunds.create(
            {
                "payment_intent": payment_intent_id,
                "amount": amount,
                "reason": cast(Any, reason),
                "metadata": {_REQUEST: request},
                "expand": list(_LINES),
            },
            {"idempotency_key": request},
        )
    return read_refund(refund)


def fetch_refund(refund_id: str) -> RefundSnapshot:
    """Read one refund with its lines in Stripe's ledger."""
    with calling_stripe() as client:
        refund = client.v1.refunds.retrieve(refund_id, {"expand": list(_LINES)})
    return read_refund(refund)


def fetch_refunds_of_payment(payment_intent_id: str) -> tuple[RefundSnapshot, ...]:
    """Read every refund of a payment, oldest first; Stripe allows far fewer than the hundred asked for."""
    with calling_stripe() as client:
        refunds = client.v1.refunds.list(
            {
                "payment_intent": payment_intent_id,
                "limit": 100,
                "expand": [f"data.{line}" for line in _LINES],
            }
        )
    return tuple(read_refund(refund) for refund in reversed(refunds.data))


def read_refund(refund: stripe.Refund) -> RefundSnapshot:
    return RefundSnapshot(
        id=refund.id,
        status=refund.status or "",
        amount=refund.amount,
        currency=refund.currency.upper(),
        reason=refund.reason or "",
        charge_id=id_of(refund.charge),
        payment_intent_id=id_of(refund.payment_intent),
        created_at=instant(refund.created),
        balance_transaction=read_expanded(refund.balance_transaction),
        # Present only once a refund has failed.
        failure_balance_transaction=read_expanded(
            getattr(refund, "failure_balance_transaction", None)
        ),
        request=metadata_of(refund.metadata).get(_REQUEST, ""),
    )
