"""Make a payment's fields follow Stripe's intent; the caller holds the row's lock and saves it."""

import logging
from datetime import datetime

from payments.donations.models import Donation, Payment, PaymentStatus
from payments.donations.transitions import (
    TRANSITIONS,
    has_failed,
    is_settled,
    settled_status,
    status_of,
)
from payments.gateway.snapshots import PaymentSnapshot

logger = logging.getLogger(__name__)


def new_payment(snapshot: PaymentSnapshot, donation: Donation) -> Payment:
    """Prepare the row of a payment that is not on the books."""
    return Payment(
        donation=donation,
        stripe_id=snapshot.id,
        stripe_invoice_id=snapshot.invoice.id if snapshot.invoice else None,
        currency=snapshot.currency,
        amount=snapshot.amount,
        created_at=snapshot.created_at,
    )


def note_failure(payment: Payment, snapshot: PaymentSnapshot, *, now: datetime) -> bool:
    """Keep the times of the first and latest failed attempt; say whether this one is new.

    An attempt that failed before a charge was made, at the bank's own question for instance, has no time of Stripe's:
    it counts when the payment turns to failed.
    """
    failed_at = snapshot.failed_at
    if failed_at is None and has_failed(snapshot) and payment.status != PaymentStatus.FAILED:
        failed_at = None if is_settled(payment) else now
    if failed_at is None or failed_at == payment.failed_at:
        return False
    payment.first_failed_at = min(failed_at, payment.first_failed_at or failed_at)
    if payment.failed_at is not None and failed_at < payment.failed_at:
        return False
    payment.failed_at = failed_at
    payment.decline_code = snapshot.decline_code or snapshot.failure_code
    return True


def is_outdated(payment: Payment, snapshot: PaymentSnapshot) -> bool:
    """Say whether a later attempt than the snapshot's is known to have failed."""
    known, told = payment.failed_at, snapshot.failed_at
    return known is not None and told is not None and told < known


def note_facts(payment: Payment, snapshot: PaymentSnapshot) -> None:
    """Copy what the intent now says of its charge and method; what it leaves out stays."""
    payment.stripe_charge_id = snapshot.charge_id or payment.stripe_charge_id
    if snapshot.method.type:
        payment.method = snapshot.method.type
        payment.card_brand = snapshot.method.card_brand
        payment.card_last4 = snapshot.method.card_last4
        payment.card_country = snapshot.method.card_country
    payment.statement_descriptor = snapshot.statement_descriptor or payment.statement_descriptor
    payment.amount = snapshot.amount_received or snapshot.amount


def note_return(payment: Payment, snapshot: PaymentSnapshot) -> bool:
    """Follow a bank debit that was taken back after it had settled; say whether this is new.

    Its payment stays settled, as after a lost dispute, but nothing stands of it. Collected again by a later charge, it
    stands again.
    """
    returned = snapshot.failure_balance_transaction
    if returned is not None and is_settled(payment) and payment.returned_at is None:
        payment.returned_at = returned.created_at
        payment.lost_amount, payment.held_amount = payment.amount, 0
        return True
    if returned is None and snapshot.status == "succeeded" and payment.returned_at is not None:
        logger.warning("Payment %s was returned and is collected again.", payment)
        payment.returned_at, payment.lost_amount = None, 0
    return False


def move(payment: Payment, snapshot: PaymentSnapshot, *, cause: str, now: datetime) -> None:
    """Take the intent's state, a surprising one too; a payment that settled never goes back."""
    new = status_of(snapshot)
    if is_settled(payment):
        if new != PaymentStatus.SUCCEEDED:
            logger.info("Payment %s has settled; %s (%s) is left.", payment, new, cause)
        return
    if new != payment.status and new not in TRANSITIONS[PaymentStatus(payment.status)]:
        logger.warning("Payment %s goes from %s to %s (%s).", payment, payment.status, new, cause)
    if new == PaymentStatus.SUCCEEDED:
        payment.succeeded_at = snapshot.succeeded_at or now
        new = settled_status(payment.amount, payment.refunded_amount)
    payment.status = new
