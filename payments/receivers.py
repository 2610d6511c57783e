"""What happens after a fact: each receiver calls one action and one nudge."""

from django.dispatch import receiver
from django.utils import timezone

from payments.events import payment_refunded, payment_succeeded
from payments.nudge import nudge
from payments.receipts.actions import issue_credit_note, issue_receipt
from payments.receipts.tasks import render_receipts


@receiver(payment_succeeded)
def on_payment_succeeded(payment_id: int, **kwargs: object) -> None:
    issue_receipt(payment_id, now=timezone.now())
    nudge(render_receipts)


@receiver(payment_refunded)
def on_payment_refunded(refund_id: int, **kwargs: object) -> None:
    issue_credit_note(refund_id, now=timezone.now())
    nudge(render_receipts)
