"""The sandbox's own pages in a real browser: what stands in for Stripe must be as easy to use."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from stripe import StripeClient

from tests.sandbox.client import Sandbox
from tests.sandbox_contract.stories import Story

pytestmark = pytest.mark.browser

Look = Callable[[str], None]
ASKING_CARD, DECLINED_CARD = "4000002760003184", "4000000000000002"


@pytest.fixture
def story(sandbox_url: str) -> Story:
    account = Sandbox(sandbox_url).account(f"b{uuid.uuid4().hex[:12]}")
    account.configure(display_name="The Morning Ledger")
    return Story(account, StripeClient(account.key, base_addresses={"api": account.api_base}))


def test_a_payer_meets_a_declined_card_and_then_the_banks_question(
    story: Story, window: Page, look: Look
) -> None:
    session = story.gift(2500, custom_text={"submit": {"message": "This is a gift, not a sale."}})
    window.goto(session.url or "")
    look("sandbox-pay")
    window.fill("#email", "ada@example.org")
    window.fill("#number", DECLINED_CARD)
    window.fill("#exp_month", "12")
    window.fill("#exp_year", "34")
    window.fill("#cvc", "123")
    window.get_by_role("button", name="Donate £25.00").click()
    assert window.get_by_role("alert").is_visible()
    look("sandbox-declined")
    window.goto(f"{session.url}?card={ASKING_CARD}")
    assert window.input_value("#email") == "ada@example.org"  # told once is enough
    window.get_by_role("button", name="Donate £25.00").click()
    window.get_by_role("heading", name="Is it you?").wait_for()
    look("sandbox-authenticate")


def test_each_way_to_pay_has_a_page_of_its_own(story: Story, window: Page, look: Look) -> None:
    session = story.gift(2500, "eur")
    window.goto(session.url or "")
    window.get_by_role("link", name="SEPA Direct Debit").click()
    look("sandbox-sepa")
    window.get_by_role("link", name="Succeeds, DE").click()
    window.fill("#email", "ada@example.org")
    assert window.input_value("#iban") == "DE89370400440532013000"
    window.get_by_role("button", name="Donate €25.00").click()
    assert window.get_by_role("alert").get_by_text("name on the account").is_visible()
    window.goto(f"{session.url}?method=wallet")
    look("sandbox-wallet")
    window.goto(f"{story.gift().url}?method=bacs_debit")
    look("sandbox-bacs")


def test_a_page_that_asks_a_lot_is_still_easy_to_read(
    story: Story, window: Page, look: Look
) -> None:
    session = story.gift(
        billing_address_collection="required",
        consent_collection={"terms_of_service": "required", "promotions": "auto"},
        phone_number_collection={"enabled": True},
        name_collection={"individual": {"enabled": True}},
        custom_fields=[
            {
                "key": "why",
                "type": "dropdown",
                "label": {"type": "custom", "custom": "Why do you give?"},
                "dropdown": {"options": [{"label": "For the news", "value": "news"}]},
            }
        ],
    )
    window.goto(session.url or "")
    look("sandbox-questions")
    story.account.expire(session.id)
    window.goto(f"{story.account.api_base}/checkout/{session.id}")
    look("sandbox-expired")


def test_a_payer_saves_a_card_in_setup_mode_and_in_the_portal(
    story: Story, window: Page, look: Look
) -> None:
    paid = story.paid(story.standing_gift())
    customer = str(paid.customer)
    setup = story.client.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "gbp",
            "customer": customer,
            "success_url": "https://paper.test/",
        }
    )
    window.goto(setup.url or "")
    look("sandbox-setup")
    portal = story.client.v1.billing_portal.sessions.create(
        {"customer": customer, "return_url": "https://paper.test/my-support/"}
    )
    window.goto(portal.url)
    look("sandbox-portal")
    window.get_by_role("link", name="Change the card").click()
    window.goto(f"{window.url}?card=5555555555554444")
    look("sandbox-portal-card")
    window.get_by_role("button", name="Save this card").click()
    window.get_by_role("status").wait_for()
    assert window.get_by_text("Mastercard ending in 4444").is_visible()
    window.get_by_role("link", name="Stop £5.00 per month").click()
    look("sandbox-portal-stop")
    window.get_by_role("button", name="Stop the gift").click()
    window.get_by_text("Stops on").wait_for()
    look("sandbox-portal-stopped")


def test_a_payer_pays_a_failed_renewal_on_the_hosted_invoice(
    story: Story, window: Page, look: Look
) -> None:
    paid = story.paid(story.standing_gift())
    portal = story.client.v1.billing_portal.sessions.create({"customer": str(paid.customer)})
    story.account.change_card(portal.url, ASKING_CARD)
    settings = story.client.v1.customers.retrieve(str(paid.customer)).invoice_settings
    assert settings
    story.client.v1.subscriptions.update(
        str(paid.subscription), {"default_payment_method": str(settings.default_payment_method)}
    )
    story.account.advance(days=32)
    invoice = story.client.v1.invoices.list({"subscription": str(paid.subscription)}).data[0]
    window.goto(invoice.hosted_invoice_url or "")
    look("sandbox-invoice")
    window.get_by_role("link", name="Confirm the payment").click()
    window.get_by_role("button", name="Complete authentication").click()
    window.get_by_text("Paid. Thank you.").wait_for()
    look("sandbox-invoice-paid")
