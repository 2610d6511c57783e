"""Writes of receipts: a number in the books first, the document drawn from it afterwards."""

import hashlib
import logging
from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from payments.donations.models import Payment, Refund, RefundStatus
from payments.entities.models import LegalEntity
from payments.errors import InvalidTransition
from payments.events import receipt_issued
from payments.periods import civil_date
from payments.receipts.content import (
    TEMPLATE_VERSION,
    Content,
    credit_note_content,
    receipt_content,
)
from payments.receipts.models import DocumentType, Receipt, ReceiptDocument
from payments.receipts.numbering import DocumentNumber, take_numbers

logger = logging.getLogger(__name__)

# A payment with all that a document says of it, under the lock of whoever issues one.
PAYMENTS = Payment.objects.select_for_update(of=("self",)).select_related(
    "donation__entity",
    "donation__fund",
    "donation__customer",
    "donation__checkout",
    "donation__plan__checkout",
)


class ContentOf(Protocol):
    """Gathers what a document says under its number and day."""

    def __call__(self, *, number: str, issued_on: date) -> Content: ...


def issue_receipt(payment_id: int, *, now: datetime) -> Receipt:
    """Issue one receipt, as `issue_receipts` does."""
    return issue_receipts([payment_id], now=now)[payment_id]


@transaction.atomic
def issue_receipts(payment_ids: Collection[int], *, now: datetime) -> dict[int, Receipt]:
    """Number and freeze the receipts of settled payments; raises InvalidTransition for one that has not settled.

    Safe to repeat and to run twice at once: the payments' rows are locked and their receipts looked for again, and the
    unique key stands behind that.
    """
    # Locked in the one order that everybody keeps, and then numbered entity by entity.
    payments = sorted(
        PAYMENTS.filter(pk__in=payment_ids).order_by("pk"),
        key=lambda payment: payment.donation.entity_id,
    )
    if len(payments) < len(set(payment_ids)):
        raise Payment.DoesNotExist(f"Not all of {sorted(payment_ids)} are payments.")
    issued = Receipt.objects.filter(payment__in=payments, document_type=DocumentType.RECEIPT)
    receipts = {receipt.payment_id: receipt for receipt in issued}
    due = (payment for payment in payments if payment.pk not in receipts)
    new = [
        receipt
        for entity, group in groupby(due, key=lambda payment: payment.donation.entity)
        for receipt in _number(list(group), entity, now)
    ]
    Receipt.objects.bulk_create(new)
    return receipts | {receipt.payment_id: receipt for receipt in new}


def _number(payments: list[Payment], entity: LegalEntity, now: datetime) -> list[Receipt]:
    issued_on = civil_date(now, entity.time_zone)
    numbers = take_numbers(
        len(payments), entity, document_type=DocumentType.RECEIPT, issued_on=issued_on
    )
    return [
        _receipt(payment, entity, number, issued_on, now)
        for payment, number in zip(payments, numbers, strict=True)
    ]


def _receipt(
    payment: Payment, entity: LegalEntity, number: DocumentNumber, issued_on: date, now: datetime
) -> Receipt:
    if payment.status not in Payment.SETTLED:
        raise InvalidTransition(f"Payment {payment} has not settled: it has no receipt yet.")
    return Receipt(
        entity=entity,
        document_type=DocumentType.RECEIPT,
        fiscal_year=number.fiscal_year,
        sequence=number.sequence,
        number=number.text,
        payment=payment,
        content=receipt_content(payment, number=number.text, issued_on=issued_on).as_json(),
        template_version=TEMPLATE_VERSION,
        issued_at=now,
        issued_on=issued_on,
    )


@transaction.atomic
def issue_credit_note(refund_id: int, *, now: datetime) -> Receipt | None:
    """Number and freeze the credit note of a refund; None while the refund or its payment is still on its way.

    Issues the receipt that the note refers to when there is none yet. Safe to repeat. A note stays when Stripe later
    reports that the refund failed: documents are never taken back, and finance sees the failed refund on its own row.
    """
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    payment = PAYMENTS.get(pk=payment_id)
    refund = Refund.objects.get(pk=refund_id)
    refund.payment = payment
    issued = Receipt.objects.filter(refund=refund).first()
    if issued is not None:
        return issued
    if refund.status != RefundStatus.SUCCEEDED or payment.status not in Payment.SETTLED:
        return None
    receipt = issue_receipt(payment.pk, now=now)
    return write_credit_note(
        payment, partial(credit_note_content, refund, receipt=receipt), refund=refund, now=now
    )


def write_credit_note(
    payment: Payment, content_of: ContentOf, *, refund: Refund | None = None, now: datetime
) -> Receipt:
    """Number and freeze a credit note; the caller holds the payment's lock and has looked for it there.

    `content_of` gathers what it says under its number and day.
    """
    entity = payment.donation.entity
    issued_on = civil_date(now, entity.time_zone)
    [number] = take_numbers(1, entity, document_type=DocumentType.CREDIT_NOTE, issued_on=issued_on)
    return Receipt.objects.create(
        entity=entity,
        document_type=DocumentType.CREDIT_NOTE,
        fiscal_year=number.fiscal_year,
        sequence=number.sequence,
        number=number.text,
        payment=payment,
        refund=refund,
        content=content_of(number=number.text, issued_on=issued_on).as_json(),
        template_version=TEMPLATE_VERSION,
        issued_at=now,
        issued_on=issued_on,
    )


def render_receipt(receipt_id: int, *, now: datetime) -> ReceiptDocument:
    """Draw, store and announce a receipt's PDF, once; the document there is, on a repetition.

    Drawing and storing happen outside any transaction. Whoever inserts the row first has drawn the document; the other
    takes its own, identical file away again.
    """
    receipt = Receipt.objects.get(pk=receipt_id)
    drawn = ReceiptDocument.objects.filter(receipt=receipt).first()
    if drawn is not None:
        return drawn
    # Loaded late: web processes number receipts but never draw, and a missing library is then told by its check.
    from payments.receipts.pdf import render_pdf  # noqa: PLC0415

    pdf = render_pdf(
        f"payments/receipts/{receipt.document_type}.html",
        receipt.content,
        issued_at=receipt.issued_at,
        identifier=receipt.reference.hex,
    )
    name = default_storage.save(
        f"receipts/{receipt.fiscal_year}/{receipt.reference}.pdf", ContentFile(pdf)
    )
    try:
        with transaction.atomic():
            document = ReceiptDocument.objects.create(
                receipt=receipt,
                file=name,
                sha256=hashlib.sha256(pdf).hexdigest(),
                size=len(pdf),
                rendered_at=now,
            )
            receipt_issued.send(sender=Receipt, receipt_id=receipt.pk)
    except IntegrityError:
        drawn = ReceiptDocument.objects.filter(receipt=receipt).first()
        if drawn is None:
            raise
        if drawn.file.name != name:
            # An object storage may have given both the same name; then there is one file, and it is the document's.
            default_storage.delete(name)
        return drawn
    return document
