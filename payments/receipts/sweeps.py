"""Bounded batches over what is due; one that fails is logged and stops no other."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from payments.receipts.actions import issue_credit_note, issue_receipt, render_receipt
from payments.receipts.cancelling import cancel_receipt
from payments.receipts.queries import (
    payments_without_cancellation,
    payments_without_receipt,
    receipts_without_document,
    refunds_without_credit_note,
)

logger = logging.getLogger(__name__)

# Rendering takes some 50 ms each: a batch ends well within a task's time limit, the next sweep goes on.
_BATCH = 500


def render_due(*, now: datetime) -> int:
    """Draw the receipts without a document; returns how many."""
    due = receipts_without_document(now).values_list("pk", flat=True)[:_BATCH]
    return _each("Drawing receipt", due, lambda receipt_id: render_receipt(receipt_id, now=now))


def issue_missing(*, now: datetime) -> int:
    """Issue what settled without its document being issued; returns how many."""
    payments = payments_without_receipt(now).values_list("pk", flat=True)[:_BATCH]
    issued = _each(
        "The receipt of payment", payments, lambda payment_id: issue_receipt(payment_id, now=now)
    )
    taken_back = payments_without_cancellation().values_list("pk", flat=True)[:_BATCH]
    issued += _each(
        "The cancelled receipt of payment",
        taken_back,
        lambda payment_id: cancel_receipt(payment_id, now=now),
    )
    refunds = refunds_without_credit_note(now).values_list("pk", flat=True)[:_BATCH]
    return issued + _each(
        "The credit note of refund",
        refunds,
        lambda refund_id: issue_credit_note(refund_id, now=now),
    )


def _each(what: str, ids: Iterable[int], act: Callable[[int], object]) -> int:
    done = 0
    for item in list(ids):
        try:
            done += act(item) is not None
        except Exception:
            logger.exception("%s %s failed; the next sweep tries again.", what, item)
    return done
