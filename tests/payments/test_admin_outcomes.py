"""Stripe's events and letters in the admin: what became of them, and having it done again."""

from dataclasses import replace

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from membership.letters.actions import resend_letter
from membership.models import Letter, LetterState
from payments.donations.actions import record_refund
from payments.models import Campaign, EventState, Refund, WebhookEvent
from payments.receipts.actions import issue_credit_note
from tests.factories import NOON, SupporterFactory
from tests.payments.admin_pages import an_event, as_role, page_of
from tests.payments.gifts import a_gift, a_refund
from tests.payments.snapshots import a_refund as a_refund_snapshot

pytestmark = pytest.mark.usefixtures("told_rendering")


def test_an_events_error_is_seen_and_the_event_replayed_from_its_page(
    client: Client, db: None
) -> None:
    event = an_event()
    lead = as_role(client, "finance lead")

    page = lead.get(page_of(WebhookEvent, "change", event.pk)).content.decode()
    assert "something is wrong" in page
    assert f"/{event.pk}/replay/" in page
    lead.post(page_of(WebhookEvent, "replay", event.pk))

    event.refresh_from_db()
    assert (event.state, event.attempts, event.note) == (EventState.PENDING, 0, "")
    assert LogEntry.objects.get().object_id == str(event.pk)


def test_many_events_are_replayed_from_the_list(client: Client, db: None) -> None:
    events = [an_event(), an_event()]
    lead = as_role(client, "finance lead")

    lead.post(
        page_of(WebhookEvent, "changelist"),
        {"action": "replay_selected", "_selected_action": [event.pk for event in events]},
    )

    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {EventState.PENDING}


@pytest.mark.parametrize("role", ["support", "finance", "auditor"])
def test_replaying_needs_its_permission(role: str, client: Client, db: None) -> None:
    event = an_event()
    somebody = as_role(client, role)

    page = somebody.get(page_of(WebhookEvent, "change", event.pk)).content.decode()
    assert "/replay/" not in page
    assert somebody.post(page_of(WebhookEvent, "replay", event.pk)).status_code == 403

    event.refresh_from_db()
    assert event.state == EventState.FAILED


def test_a_refund_that_failed_after_its_credit_note_is_pointed_out(
    client: Client, campaign: Campaign
) -> None:
    for _ in range(2):
        refund = a_refund(a_gift(campaign), 400)
        issue_credit_note(refund.pk, now=NOON)
    record_refund(
        replace(
            a_refund_snapshot(amount=400, status="failed"),
            id=refund.stripe_id,
            payment_intent_id=refund.payment.stripe_id,
        ),
        cause="test",
        now=NOON,
    )

    page = as_role(client, "finance").get(page_of(Refund, "changelist"), {"note": "unfounded"})

    assert list(page.context["cl"].result_list) == [refund]
    assert f"{refund.credit_note}, but the refund failed" in page.content.decode()


def test_replaying_is_a_post(client: Client, db: None) -> None:
    event = an_event()

    page = page_of(WebhookEvent, "replay", event.pk)
    assert as_role(client, "finance lead").get(page).status_code == 405


def test_a_payload_is_shown_only_to_those_who_may_see_personal_data(
    client: Client, db: None
) -> None:
    page = page_of(WebhookEvent, "change", an_event().pk)

    assert "payer@example.org" not in as_role(client, "finance").get(page).content.decode()
    assert "payer@example.org" in as_role(client, "finance lead").get(page).content.decode()


def a_letter(state: LetterState) -> Letter:
    return Letter.objects.create(
        kind="receipt",
        key=str(Letter.objects.count()),
        supporter=SupporterFactory.create(),
        state=state,
        due_at=NOON,
        attempts=4,
        message_id="<old@example.org>",
        created_at=NOON,
        error="550 no such mailbox",
    )


def test_support_sees_a_failed_letter_and_sends_it_again(client: Client, db: None) -> None:
    letter = a_letter(LetterState.FAILED)
    support = as_role(client, "support")
    assert "550 no such mailbox" in support.get(page_of(Letter, "changelist")).content.decode()

    support.post(
        page_of(Letter, "changelist"), {"action": "send_again", "_selected_action": [letter.pk]}
    )

    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.error) == (LetterState.DUE, 0, "")
    assert letter.message_id != "<old@example.org>"


def test_a_letter_that_is_due_is_not_disturbed(db: None) -> None:
    letter = a_letter(LetterState.DUE)

    assert not resend_letter(letter.pk, now=NOON)

    letter.refresh_from_db()
    assert (letter.attempts, letter.message_id) == (4, "<old@example.org>")
