"""What happens after a fact: each receiver calls one action and one nudge."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from anymail.signals import AnymailTrackingEvent, tracking
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils import timezone

from membership.accounts.browsers import forget_sign_in, note_sign_in
from membership.accounts.models import User
from membership.accounts.sessions import record_enrolment
from membership.events import email_changed, reminder_asked, supporters_merged
from membership.letters.accounts import write_accounts_merged, write_email_changed
from membership.letters.actions import confirm_plan_change, write_document_letter
from membership.letters.debits import write_debit_failed, write_debit_received
from membership.letters.failing import (
    write_confirm_letters,
    write_failing_letters,
    write_recovered_letters,
)
from membership.letters.reminding import look_again, look_again_at_cards
from membership.letters.statements import announce_statement
from membership.letters.suppressing import record_mail_event
from membership.letters.tasks import send_due_letters, write_due_notices
from membership.prompts.tasks import publish_due_bundle
from membership.supporters.actions import (
    claim_supporter,
    mark_payer_due,
    mark_planner_due,
)
from membership.supporters.attaching import attach_payments
from membership.supporters.status_token import end_status, grant_for_supporter
from membership.supporters.tasks import derive_due_statuses
from membership.tiers import actions as tiers
from membership.tiers.tasks import derive_due_tiers
from payments.donations.renewals import note_restarts
from payments.events import (
    card_changed,
    dispute_changed,
    payment_action_required,
    payment_failed,
    payment_processing,
    payment_refunded,
    payment_returned,
    payment_succeeded,
    plan_changed,
    receipt_issued,
    statement_issued,
)
from payments.models import Campaign
from payments.nudge import nudge

_CAUSES = {
    payment_failed: "payment_failed",
    payment_refunded: "payment_refunded",
    payment_returned: "payment_returned",
    dispute_changed: "dispute_changed",
}


@receiver(payment_succeeded)
def on_payment_succeeded(payment_ids: list[int], **_: Any) -> None:
    attach_payments(payment_ids, now=timezone.now())
    note_restarts(payment_ids, now=timezone.now())
    nudge(derive_due_statuses)


@receiver(payment_failed)
def on_payment_failed(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="payment_failed", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(payment_failed)
def on_renewal_failed(payment_id: int, **_: Any) -> None:
    write_failing_letters(payment_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(payment_failed)
def on_debit_failed(payment_id: int, **_: Any) -> None:
    write_debit_failed(payment_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(payment_action_required)
def on_payment_action_required(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="payment_action_required", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(payment_action_required)
def on_confirmation_wanted(payment_id: int, **_: Any) -> None:
    write_confirm_letters(payment_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(payment_processing)
def on_payment_processing(payment_id: int, **_: Any) -> None:
    write_debit_received(payment_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(payment_succeeded)
def on_renewal_recovered(payment_ids: list[int], **_: Any) -> None:
    write_recovered_letters(payment_ids, now=timezone.now())
    nudge(send_due_letters)


@receiver(card_changed)
def on_card_changed(customer_ids: list[int], **_: Any) -> None:
    # A renewed card is nothing to write about; when the next one expires is another day.
    look_again_at_cards(customer_ids, now=timezone.now())


@receiver(payment_refunded)
def on_payment_refunded(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="payment_refunded", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(payment_returned)
def on_payment_returned(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="payment_returned", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(dispute_changed)
def on_dispute_changed(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="dispute_changed", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(plan_changed)
def on_plan_changed(plan_id: int, **_: Any) -> None:
    mark_planner_due(plan_id, cause="plan_changed", now=timezone.now())
    nudge(derive_due_statuses)


# Below the statuses, so that every transaction locks supporters before their tiers: receivers are called in this order.
@receiver(payment_succeeded)
def on_payment_attached(payment_ids: list[int], **_: Any) -> None:
    tiers.mark_payers_due(payment_ids, cause="payment_succeeded", now=timezone.now())
    nudge(derive_due_tiers)


@receiver([payment_failed, payment_refunded, payment_returned, dispute_changed])
def on_gift_changed(payment_id: int, signal: Signal, **_: Any) -> None:
    tiers.mark_payers_due([payment_id], cause=_CAUSES[signal], now=timezone.now())
    nudge(derive_due_tiers)


@receiver(plan_changed)
def on_course_changed(plan_id: int, **_: Any) -> None:
    tiers.mark_planner_due(plan_id, cause="plan_changed", now=timezone.now())
    nudge(derive_due_tiers)


@receiver(plan_changed)
def on_plan_started(change_id: int, **_: Any) -> None:
    confirm_plan_change(change_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(plan_changed)
def on_plan_to_be_watched(plan_id: int, **_: Any) -> None:
    look_again(plan_id, now=timezone.now())
    nudge(write_due_notices)


@receiver(receipt_issued)
def on_receipt_issued(receipt_id: int, **_: Any) -> None:
    write_document_letter(receipt_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(email_changed)
def on_email_changed(supporter_id: int, former: str, **_: Any) -> None:
    write_email_changed(supporter_id, former=former, now=timezone.now())
    nudge(send_due_letters)


@receiver(supporters_merged)
def on_supporters_merged(supporter_id: int, absorbed_id: int, **_: Any) -> None:
    write_accounts_merged(supporter_id, absorbed_id=absorbed_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(reminder_asked)
def on_reminder_asked(**_: Any) -> None:
    nudge(send_due_letters)


@receiver(tracking)
def on_mail_event(event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    record_mail_event(event, esp_name, now=timezone.now())


@receiver(statement_issued)
def on_statement_issued(statement_id: int, **_: Any) -> None:
    announce_statement(statement_id, now=timezone.now())
    nudge(send_due_letters)


@receiver(user_logged_in)
def on_user_logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    note_sign_in(request, user, now=timezone.now())
    grant_for_supporter(request, claim_supporter(user, now=timezone.now()))


@receiver(user_logged_in)
def on_supporter_claimed(user: User, **_: Any) -> None:
    # What another supporter gave may have become theirs.
    tiers.mark_merged_due(user, now=timezone.now())
    nudge(derive_due_tiers)


@receiver(user_logged_out)
def on_user_logged_out(request: HttpRequest, **_: Any) -> None:
    forget_sign_in(request)
    end_status(request)


@receiver(authenticator_added)
def on_authenticator_added(request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    # Recovery codes are made along with the first real factor, and nobody has used one by then.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_enrolment(request, authenticator)


@receiver(post_save, sender=Campaign)
def on_campaign_saved(**_: Any) -> None:
    # Its amounts are saved with it, in one transaction; prompts print them.
    nudge(publish_due_bundle)
