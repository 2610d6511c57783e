"""Fetch from Stripe the ledger lines that are missing from the books."""

import logging
from datetime import datetime, timedelta
from functools import partial

from payments.donations.disputes import record_dispute
from payments.donations.models import Dispute, Payment, Refund
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateway.disputes import fetch_dispute
from payments.gateway.payments import fetch_payment
from payments.gateway.refunds import fetch_refund
from payments.ledger.actions import Movement, book_movements
from payments.ledger.unbooked import (
    disputes_to_book,
    payments_to_book,
    refunds_to_book,
    returns_to_book,
)

logger = logging.getLogger(__name__)

# The payment's own event brings its line within seconds, and two workers need not meet over it.
_GRACE = timedelta(minutes=5)
# Every succeeded payment has its line within a day; after that somebody must look.
_LATE = timedelta(hours=24)
_BATCH = 200


def book_missing(*, now: datetime) -> int:
    """Book the lines of payments, refunds and disputes that are not all booked; returns how many were found.

    Calls Stripe, so it cannot run in a transaction. Each is on its own: one that Stripe refuses stops nobody, and
    when Stripe is out of reach the next sweep goes on.
    """
    before = now - _GRACE
    work = [
        *(partial(_book_payment, payment) for payment in payments_to_book(before=before)[:_BATCH]),
        *(partial(_book_payment, payment) for payment in returns_to_book(before=before)[:_BATCH]),
        *(partial(_book_refund, refund) for refund in refunds_to_book(before=before)[:_BATCH]),
        *(partial(_book_dispute, dispute) for dispute in disputes_to_book(before=before)[:_BATCH]),
    ]
    booked = 0
    for book in work:
        try:
            booked += book(now=now)
        except GatewayUnavailable as error:
            logger.warning("Stripe is out of reach (%s); the next sweep goes on.", error)
            break
        except GatewayRefused:
            logger.exception("Stripe refuses to show what is to be booked.")
    if work:
        logger.info("Of %d payments, refunds and disputes, %d lines were found.", len(work), booked)
    return booked


def _book_payment(payment: Payment, *, now: datetime) -> int:
    snapshot = fetch_payment(payment.stripe_id)
    lines = [snapshot.balance_transaction, snapshot.failure_balance_transaction]
    found = [Movement(line, payment=payment) for line in lines if line is not None]
    if not found and payment.succeeded_at is not None and payment.succeeded_at < now - _LATE:
        logger.warning("Payment %s settled a day ago and Stripe has no line for it.", payment)
    return len(book_movements(found, now=now))


def _book_refund(refund: Refund, *, now: datetime) -> int:
    snapshot = fetch_refund(refund.stripe_id)
    lines = [snapshot.balance_transaction, snapshot.failure_balance_transaction]
    found = [Movement(line, refund=refund) for line in lines if line is not None]
    return len(book_movements(found, now=now))


def _book_dispute(dispute: Dispute, *, now: datetime) -> int:
    snapshot = fetch_dispute(dispute.stripe_id)
    # What was taken is read off the same lines, so it changes with them.
    record_dispute(snapshot, cause="sweep", now=now)
    found = [Movement(line, dispute=dispute) for line in snapshot.lines]
    return len(book_movements(found, now=now))
