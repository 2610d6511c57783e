"""Which states payments and refunds pass through, and how Stripe's words name them."""

from payments.donations.models import Payment, PaymentStatus, RefundStatus
from payments.gateway.snapshots import PaymentSnapshot

TRANSITIONS: dict[PaymentStatus, set[PaymentStatus]] = {
    PaymentStatus.CREATED: {
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.PROCESSING,
        PaymentStatus.SUCCEEDED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELED,
    },
    PaymentStatus.REQUIRES_ACTION: {
        PaymentStatus.CREATED,  # The payer went back and chose another method.
        PaymentStatus.PROCESSING,
        PaymentStatus.SUCCEEDED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELED,
    },
    PaymentStatus.PROCESSING: {
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.SUCCEEDED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELED,
    },
    PaymentStatus.FAILED: {
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.PROCESSING,
        PaymentStatus.SUCCEEDED,
        PaymentStatus.CANCELED,
    },
    PaymentStatus.CANCELED: set(),
    PaymentStatus.SUCCEEDED: {PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED},
    # Back again when a refund failed and the money returned to us.
    PaymentStatus.PARTIALLY_REFUNDED: {PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED},
    PaymentStatus.REFUNDED: {PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED},
}

REFUND_TRANSITIONS: dict[RefundStatus, set[RefundStatus]] = {
    RefundStatus.PENDING: {
        RefundStatus.REQUIRES_ACTION,
        RefundStatus.SUCCEEDED,
        RefundStatus.FAILED,
        RefundStatus.CANCELED,
    },
    RefundStatus.REQUIRES_ACTION: {
        RefundStatus.PENDING,
        RefundStatus.SUCCEEDED,
        RefundStatus.FAILED,
        RefundStatus.CANCELED,
    },
    # The payer's bank may send the money back weeks later.
    RefundStatus.SUCCEEDED: {RefundStatus.FAILED, RefundStatus.CANCELED},
    RefundStatus.FAILED: set(),
    RefundStatus.CANCELED: set(),
}


def status_of(snapshot: PaymentSnapshot) -> PaymentStatus:
    """Name the state of a payment intent; raises KeyError for a word that Stripe did not have before.

    After a failed attempt Stripe says requires_payment_method again, as it does before the first.
    """
    if snapshot.status == "requires_payment_method" and has_failed(snapshot):
        return PaymentStatus.FAILED
    return _STATUSES[snapshot.status]


def has_failed(snapshot: PaymentSnapshot) -> bool:
    """Say whether the intent's latest attempt failed."""
    return bool(snapshot.failed_at or snapshot.failure_code or snapshot.decline_code)


def settled_status(amount: int, refunded: int) -> PaymentStatus:
    """Name the state of a payment that settled, of which `refunded` went back."""
    if refunded == 0:
        return PaymentStatus.SUCCEEDED
    return PaymentStatus.REFUNDED if refunded >= amount else PaymentStatus.PARTIALLY_REFUNDED


def is_settled(payment: Payment) -> bool:
    """Say whether the money arrived, whatever was refunded since."""
    return payment.status in Payment.SETTLED


_STATUSES = {
    "requires_payment_method": PaymentStatus.CREATED,
    "requires_confirmation": PaymentStatus.CREATED,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "processing": PaymentStatus.PROCESSING,
    # Held on the card and not taken yet; nothing of ours asks for that.
    "requires_capture": PaymentStatus.PROCESSING,
    "succeeded": PaymentStatus.SUCCEEDED,
    "canceled": PaymentStatus.CANCELED,
}
