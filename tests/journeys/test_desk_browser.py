"""Refunds and disputes in a real browser: a refund in part, one that waits for a second person, a dispute."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from payments.models import Campaign, Dispute, DisputeState, Payment
from payments.webhooks.tasks import drain_webhook_events
from tests.payments.stories import give, store
from tests.sandbox.client import SandboxAccount
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def payment(campaign: Campaign, sandbox: SandboxAccount) -> Payment:
    """A gift of £10.35 that Stripe holds; one person may give back £5 of it."""
    campaign.entity.refund_approval_limit = 500
    campaign.entity.save()
    give(campaign, sandbox)
    store(sandbox, timezone.now())
    drain_webhook_events()
    return Payment.objects.get()


@pytest.fixture(autouse=True)
def staff(window: Page, site: str, payment: Payment) -> None:
    """The window is of somebody with the role finance lead."""
    client = Client()
    sign_in_staff(client, make_staff(role="finance lead"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_a_payment_is_found_and_given_back(
    window: Page, payment: Payment, look: Callable[[str], None]
) -> None:
    window.goto("/finance/refunds/")
    window.get_by_label("Find a payment").fill("reader@example.org")
    window.get_by_role("button", name="Find").click()
    look("refunds")
    window.get_by_role("region", name="Payments found").get_by_role("link").click()
    window.get_by_role("button", name="Refund").click()
    expect(window.get_by_role("alert")).to_contain_text("Say why the money goes back.")
    look("refund-refused")
    window.get_by_label("Amount to give back").fill("4.00")
    window.get_by_label("Why, in your words").fill("Gave twice, by letter of Monday.")
    window.get_by_role("button", name="Refund").click()
    expect(window.get_by_text("Given to Stripe.")).to_be_visible()
    look("refund-done")
    window.get_by_role("link", name="The payment").click()
    expect(window.get_by_text("£6.35 can still be given back.")).to_be_visible()
    window.get_by_label("Why, in your words").fill("And the rest of it.")
    window.get_by_role("button", name="Refund").click()
    expect(window.get_by_text("Waits for a second person.")).to_be_visible()
    look("refund-waits")


def test_a_dispute_shows_its_deadline_and_is_saved(
    window: Page, payment: Payment, look: Callable[[str], None]
) -> None:
    now = timezone.now()
    Dispute.objects.create(
        payment=payment,
        stripe_id="du_1",
        state=DisputeState.OPEN,
        stripe_status="needs_response",
        evidence_due_at=now + timedelta(days=9, hours=1),
        currency="GBP",
        amount=1035,
        taken_amount=1035,
        reason="fraudulent",
        created_at=now,
        changed_at=now,
    )
    window.goto("/finance/disputes/")
    expect(window.get_by_text("9 days left")).to_be_visible()
    look("disputes")
    window.get_by_role("region", name="Disputes").get_by_role("link").click()
    window.get_by_label("Note for colleagues").fill("Rang the reader.")
    window.get_by_role("button", name="Save as a draft").click()
    expect(window.get_by_text("Saved. Stripe has not been told anything yet.")).to_be_visible()
    look("dispute")
