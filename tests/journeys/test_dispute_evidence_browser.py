"""A dispute in a real browser: its deadline, evidence with files that are looked at first, and the bank's word."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from payments.desk.filing import draw_files
from payments.models import Campaign, Dispute, Payment
from payments.receipts.tasks import render_receipts
from payments.webhooks.tasks import drain_webhook_events
from tests.payments.stories import give, store
from tests.sandbox.client import SandboxAccount
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LETTER = FilePayload(
    name="letter.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\nThank you.\n%%EOF\n"
)
NOTES = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"Rang on Monday.")


def hear_of_it(sandbox: SandboxAccount) -> None:
    store(sandbox, timezone.now())
    drain_webhook_events()


@pytest.fixture
def dispute(campaign: Campaign, sandbox: SandboxAccount) -> Dispute:
    """A gift of £10.35 whose payer's bank took it back, with its receipt."""
    give(campaign, sandbox, name="Ada Reader")
    hear_of_it(sandbox)
    render_receipts()
    sandbox.dispute(str(Payment.objects.get().stripe_charge_id))
    hear_of_it(sandbox)
    return Dispute.objects.get()


@pytest.fixture(autouse=True)
def staff(window: Page, site: str, dispute: Dispute) -> None:
    """The window is of somebody with the role finance."""
    client = Client()
    sign_in_staff(client, make_staff(role="finance"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_a_dispute_is_answered_with_files_and_won(
    window: Page, dispute: Dispute, sandbox: SandboxAccount, look: Callable[[str], None]
) -> None:
    window.goto("/finance/disputes/")
    expect(window.get_by_text("days left")).to_be_visible()
    window.get_by_role("region", name="Disputes").get_by_role("link").click()
    expect(window.get_by_text(f"Answer by {dispute.evidence_due_at:%-d %B %Y}")).to_be_visible()
    look("dispute-opened")

    window.get_by_label("The receipt, and anything else").fill("winning_evidence")
    window.get_by_role("button", name="Save and gather our files").click()
    draw_files()
    window.reload()
    files = window.get_by_role("region", name="Files")
    expect(files.get_by_role("link")).to_have_count(2)

    window.get_by_label("Note for colleagues").fill("They thanked us by letter.")
    window.get_by_label("The file", exact=True).set_input_files(NOTES)
    window.get_by_role("button", name="Attach this file").click()
    expect(window.get_by_role("alert")).to_contain_text("Save or print it as a PDF")
    look("dispute-file-refused")
    window.get_by_label("The file", exact=True).set_input_files(LETTER)
    window.get_by_role("button", name="Attach this file").click()
    expect(files.get_by_role("link")).to_have_count(3)
    expect(window.get_by_label("Note for colleagues")).to_have_value("They thanked us by letter.")
    look("dispute-files")
    for link in files.get_by_role("link").all():
        opened = window.request.get(str(link.get_attribute("href")))
        assert (opened.status, opened.headers["content-type"]) == (200, "application/pdf")
        assert opened.body().startswith(b"%PDF-")

    window.get_by_role("button", name="Hand in to the bank").click()
    expect(window.get_by_text("Evidence handed in")).to_be_visible()
    expect(files).to_contain_text("file_")
    evidence = sandbox.object(dispute.stripe_id)["evidence"]
    assert sandbox.contents(evidence["customer_communication"]) == LETTER["buffer"]
    look("dispute-handed-in")

    sandbox.advance(minutes=2)
    hear_of_it(sandbox)
    window.reload()
    expect(window.get_by_text("Won.")).to_be_visible()
    look("dispute-won")
