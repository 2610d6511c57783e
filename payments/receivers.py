"""What happens after a fact: each receiver calls one action and one nudge."""

from django.dispatch import receiver
from django.utils import timezone

from payments.checkouts.limits import note_outcome
from payments.donations.queries import is_first_collection
from payments.events import payment_failed, payment_refunded, payment_succeeded
from payments.nudge import nudge
from payments.receipts.actions import issue_credit_note, issue_receipt
from payments.receipts.tasks import render_receipts


@receiver(payment_succeeded)
def on_payment_succeeded(payment_id: int, **kwargs: object) -> None:
    issue_receipt(payment_id, now=timezone.now())
    nudge(render_receipts)


@receiver(payment_succeeded)
def on_checkout_paid(payment_id: int, **kwargs: object) -> None:
    # Renewals tell nothing of who is at the donation page: a month's expired cards must not trip its breaker.
    if is_first_collection(payment_id):
        note_outcome(is_declined=False)


@receiver(payment_failed)
def on_checkout_declined(payment_id: int, **kwargs: object) -> None:
    if is_first_collection(payment_id):
        note_outcome(is_declined=True)


@receiver(payment_refunded)
def on_payment_refunded(refund_id: int, **kwargs: object) -> None:
    issue_credit_note(refund_id, now=timezone.now())
    nudge(render_receipts)
