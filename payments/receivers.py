"""What happens after a fact: each receiver calls one action and one nudge."""

from uuid import UUID

from django.dispatch import receiver
from django.utils import timezone

from payments.checkouts.limits import note_outcome
from payments.donations.queries import count_first_collections
from payments.donations.renewals import note_renewals
from payments.events import (
    dispute_changed,
    parties_changed,
    payment_failed,
    payment_refunded,
    payment_returned,
    payment_succeeded,
    payout_changed,
    plan_changed,
)
from payments.finance.recurring_days.forgetting import forget_after_change, forget_after_parties
from payments.nudge import nudge
from payments.receipts.actions import issue_credit_note, issue_receipts
from payments.receipts.cancelling import cancel_receipt
from payments.receipts.tasks import render_receipts
from payments.reconciliation.providers import find_gifts_with
from payments.reconciliation.tasks import read_payouts
from payments.webhooks.sources import record_sources

find_gifts_with(record_sources)


@receiver(payment_succeeded)
def on_payment_succeeded(payment_ids: list[int], **kwargs: object) -> None:
    issue_receipts(payment_ids, now=timezone.now())
    nudge(render_receipts)


@receiver(payment_succeeded)
def on_plan_paid(payment_ids: list[int], **kwargs: object) -> None:
    note_renewals(payment_ids, now=timezone.now())


@receiver(payment_succeeded)
def on_checkout_paid(payment_ids: list[int], **kwargs: object) -> None:
    # Renewals tell nothing of who is at the donation page: a month's expired cards must not trip its breaker.
    note_outcome(is_declined=False, times=count_first_collections(payment_ids))


@receiver(payment_failed)
def on_checkout_declined(payment_id: int, **kwargs: object) -> None:
    note_outcome(is_declined=True, times=count_first_collections([payment_id]))


@receiver(payment_refunded)
def on_payment_refunded(refund_id: int, **kwargs: object) -> None:
    issue_credit_note(refund_id, now=timezone.now())
    nudge(render_receipts)


@receiver(payout_changed)
def on_payout_changed(**kwargs: object) -> None:
    nudge(read_payouts)


@receiver([payment_returned, dispute_changed])
def on_payment_taken_back(payment_id: int, **kwargs: object) -> None:
    cancel_receipt(payment_id, now=timezone.now())
    nudge(render_receipts)


@receiver(plan_changed)
def on_plan_changed(change_id: int, **kwargs: object) -> None:
    forget_after_change(change_id)


@receiver(parties_changed)
def on_parties_changed(was: dict[int, UUID | None], **kwargs: object) -> None:
    forget_after_parties(was)
