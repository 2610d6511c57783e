"""The hosted invoice page: a payer whose renewal failed pays with another card or asks their bank."""

import httpx
import pytest

from tests.sandbox.client import Declined
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story

ASKING_CARD, GOOD_CARD = "4000002760003184", "5555555555554444"


def test_a_renewal_that_needs_3d_secure_is_paid_on_the_hosted_page(story: Story) -> None:
    subscription, invoice = _renewal_that_waits(story)
    url = invoice["hosted_invoice_url"]
    shown = httpx.get(url, trust_env=False)
    assert shown.status_code == 200
    assert "Confirm the payment" in shown.text
    assert "£5.00" in shown.text

    assert story.account.authenticate_invoice(url) == url

    paid = checked(story.client.v1.invoices.retrieve(invoice["id"]))
    assert (paid["status"], paid["amount_remaining"]) == ("paid", 0)
    assert _status(story, subscription) == "active"
    assert "Paid. Thank you." in httpx.get(url, trust_env=False).text


def test_failing_3d_secure_leaves_the_invoice_open_for_another_card(story: Story) -> None:
    subscription, invoice = _renewal_that_waits(story)
    with pytest.raises(Declined, match="unable to authenticate"):
        story.account.authenticate_invoice(invoice["id"], passed=False)
    assert story.client.v1.invoices.retrieve(invoice["id"]).status == "open"
    assert _status(story, subscription) == "past_due"

    story.account.pay_invoice(invoice["hosted_invoice_url"], GOOD_CARD)
    assert story.client.v1.invoices.retrieve(invoice["id"]).status == "paid"
    kept = story.client.v1.subscriptions.retrieve(
        subscription, {"expand": ["default_payment_method"]}
    )
    method = checked(kept)["default_payment_method"]
    assert (method["card"]["brand"], method["customer"]) == ("mastercard", kept.customer)
    assert kept.status == "active"


def test_a_card_that_is_declined_on_the_page_changes_nothing(story: Story) -> None:
    _, invoice = _renewal_that_waits(story)
    with pytest.raises(Declined) as declined:
        story.account.pay_invoice(invoice["id"], "4000000000009995")
    assert declined.value.code == "insufficient_funds"
    assert story.client.v1.invoices.retrieve(invoice["id"]).status == "open"


def test_paying_twice_charges_once(story: Story) -> None:
    _, invoice = _renewal_that_waits(story)
    for _ in range(2):
        story.account.pay_invoice(invoice["id"], GOOD_CARD)
    succeeded = [c for c in story.client.v1.charges.list().data if c.status == "succeeded"]
    assert len(succeeded) == 2  # the first month, and this one


def test_there_is_no_page_for_an_invoice_that_nobody_made(story: Story) -> None:
    answer = httpx.get(f"{story.account.api_base}/invoice/in_nothing", trust_env=False)
    assert (answer.status_code, "no such invoice" in answer.text) == (404, True)


def _renewal_that_waits(story: Story) -> tuple[str, dict[str, object]]:
    """A standing gift whose card asks for authentication at each payment, a month and a bit later."""
    paid = story.paid(story.standing_gift())
    customer = str(paid.customer)
    portal = story.client.v1.billing_portal.sessions.create({"customer": customer})
    story.account.change_card(portal.url, ASKING_CARD)
    settings = story.client.v1.customers.retrieve(customer).invoice_settings
    assert settings
    # A gift charges the card that it was given with until it is told of another.
    story.client.v1.subscriptions.update(
        str(paid.subscription), {"default_payment_method": str(settings.default_payment_method)}
    )
    story.account.advance(days=32)
    invoices = story.client.v1.invoices.list({"subscription": str(paid.subscription)})
    waiting = checked(invoices)["data"][0]
    assert waiting["status"] == "open"
    return str(paid.subscription), waiting


def _status(story: Story, subscription: str) -> str:
    return story.client.v1.subscriptions.retrieve(subscription).status
