"""Cancel the receipt of what a payer's bank took back for good: a lost dispute, or a debit that had settled."""

from datetime import datetime
from functools import partial

from django.db import transaction

from payments.donations.models import Payment
from payments.receipts.actions import PAYMENTS, issue_receipt, write_credit_note
from payments.receipts.content import cancellation_content
from payments.receipts.models import DocumentType, Receipt


@transaction.atomic
def cancel_receipt(payment_id: int, *, now: datetime) -> Receipt | None:
    """Issue the credit note over what is lost of a payment, once; None while nothing is.

    Issues the receipt that the note refers to when there is none yet. Safe to repeat. The note stays when the bank
    changes its mind on appeal: documents are never taken back.
    """
    payment = PAYMENTS.get(pk=payment_id)
    issued = Receipt.objects.filter(
        payment=payment, document_type=DocumentType.CREDIT_NOTE, refund=None
    ).first()
    if issued is not None:
        return issued
    if not payment.lost_amount or payment.status not in Payment.SETTLED:
        return None
    receipt = issue_receipt(payment.pk, now=now)
    return write_credit_note(
        payment, partial(cancellation_content, payment, receipt=receipt), now=now
    )
