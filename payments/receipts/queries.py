import hashlib
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from payments.donations.models import Payment, Refund, RefundStatus
from payments.errors import DocumentDamaged
from payments.receipts.models import DocumentType, Receipt, ReceiptDocument, Statement

# How far the sweeps look back, so that they stay cheap after years. Stripe keeps undelivered events for 30 days, so
# nothing older settles late, and a receipt that could not be drawn for so long has been in the log every minute.
_LOOK_BACK = timedelta(days=35)


def payments_without_receipt(now: datetime) -> QuerySet[Payment]:
    """Return recently settled payments that have no receipt yet, oldest first."""
    return (
        Payment.objects.filter(status__in=Payment.SETTLED, succeeded_at__gte=now - _LOOK_BACK)
        .exclude(receipts__document_type=DocumentType.RECEIPT)
        .order_by("succeeded_at", "id")
    )


def refunds_without_credit_note(now: datetime) -> QuerySet[Refund]:
    """Return recent refunds that went through and have no credit note yet, oldest first."""
    return Refund.objects.filter(
        status=RefundStatus.SUCCEEDED,
        payment__status__in=Payment.SETTLED,
        created_at__gte=now - _LOOK_BACK,
        credit_note=None,
    ).order_by("created_at", "id")


def payments_without_cancellation() -> QuerySet[Payment]:
    """Return the settled payments that a bank took back, whole or in part, and no credit note says so; oldest first."""
    notes = Receipt.objects.filter(
        payment=OuterRef("pk"), document_type=DocumentType.CREDIT_NOTE, refund=None
    )
    return (
        Payment.objects.filter(lost_amount__gt=0, status__in=Payment.SETTLED)
        .exclude(Exists(notes))
        .order_by("id")
    )


def receipts_without_document(now: datetime) -> QuerySet[Receipt]:
    """Return the recent receipts that are due to be drawn, in random order.

    Two workers that drain the queue at once then seldom draw the same one; when they do, the unique key decides.
    """
    return Receipt.objects.filter(document=None, issued_at__gte=now - _LOOK_BACK).order_by("?")


def stored_pdf(document: ReceiptDocument | Statement) -> bytes:
    """Return the very bytes that were issued; raises DocumentDamaged when the storage holds others."""
    with document.file.open("rb") as file:
        data: bytes = file.read()
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise DocumentDamaged(f"The stored file {document.file.name} has changed.")
    return data
