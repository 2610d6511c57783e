"""Invoices through Stripe's API: made by hand, changed, finalised, paid, given up, previewed."""

from typing import Any

import pytest
from stripe import InvalidRequestError

from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story


@pytest.fixture
def payer(story: Story) -> str:
    """A customer whose card is known, and their default."""
    session = story.paid(story.standing_gift())
    subscription = story.client.v1.subscriptions.retrieve(str(session.subscription))
    story.client.v1.customers.update(
        str(session.customer),
        {"invoice_settings": {"default_payment_method": str(subscription.default_payment_method)}},
    )
    return str(session.customer)


def _invoice(story: Story, payer: str, amount: int = 1200, **params: Any) -> str:
    given: Any = {"customer": payer, "currency": "gbp", **params}
    made = story.client.v1.invoices.create(given)
    story.client.v1.invoice_items.create(
        {"customer": payer, "invoice": made.id, "amount": amount, "currency": "gbp"}
    )
    return made.id


def test_an_invoice_made_by_hand_is_finalised_and_paid(story: Story, payer: str) -> None:
    invoices, invoice_id = story.client.v1.invoices, _invoice(story, payer)
    draft = checked(invoices.retrieve(invoice_id))
    assert (draft["status"], draft["total"], draft["auto_advance"]) == ("draft", 1200, False)
    assert len(checked(invoices.line_items.list(invoice_id))["data"]) == 1

    opened = checked(invoices.finalize_invoice(invoice_id, {"expand": ["confirmation_secret"]}))
    assert (opened["status"], opened["amount_remaining"]) == ("open", 1200)
    assert opened["confirmation_secret"]["client_secret"].startswith("pi_")
    assert opened["hosted_invoice_url"].startswith(story.account.api_base)

    paid = checked(invoices.pay(invoice_id, {"expand": ["payments"]}))
    assert (paid["status"], paid["attempt_count"], paid["amount_paid"]) == ("paid", 1, 1200)
    [payment] = paid["payments"]["data"]
    assert checked(story.client.v1.invoice_payments.retrieve(payment["id"]))["status"] == "paid"
    listed = story.client.v1.invoice_payments.list({"invoice": invoice_id})
    assert [row["id"] for row in checked(listed)["data"]] == [payment["id"]]
    with pytest.raises(InvalidRequestError, match="paid"):
        invoices.pay(invoice_id)


def test_an_invoice_that_advances_by_itself_is_collected_an_hour_later(
    story: Story, payer: str
) -> None:
    invoice_id = _invoice(story, payer, auto_advance=True)
    story.account.advance(hours=2)
    assert story.client.v1.invoices.retrieve(invoice_id).status == "paid"


def test_an_open_invoice_is_voided_or_given_up_and_can_still_be_paid(
    story: Story, payer: str
) -> None:
    invoices = story.client.v1.invoices
    void, lost = _invoice(story, payer), _invoice(story, payer)
    for invoice_id in (void, lost):
        invoices.finalize_invoice(invoice_id)
    assert checked(invoices.void_invoice(void))["status"] == "void"
    assert story.client.v1.invoice_payments.list({"invoice": void}).data[0].status == "canceled"
    assert checked(invoices.mark_uncollectible(lost))["status"] == "uncollectible"
    assert checked(invoices.pay(lost))["status"] == "paid"
    with pytest.raises(InvalidRequestError):
        invoices.void_invoice(void)
    assert {"invoice.voided", "invoice.marked_uncollectible"} <= set(story.types())


def test_an_invoice_paid_elsewhere_moves_no_money(story: Story, payer: str) -> None:
    invoice_id = _invoice(story, payer)
    before = len(story.client.v1.charges.list().data)
    paid = checked(story.client.v1.invoices.pay(invoice_id, {"paid_out_of_band": True}))
    assert (paid["status"], paid["amount_remaining"]) == ("paid", 0)
    assert len(story.client.v1.charges.list().data) == before


def test_a_draft_can_be_changed_and_deleted_and_its_items_wait_again(
    story: Story, payer: str
) -> None:
    invoices, invoice_id = story.client.v1.invoices, _invoice(story, payer)
    changed = invoices.update(invoice_id, {"description": "Thank you", "metadata": {"a": "b"}})
    assert checked(changed)["description"] == "Thank you"
    assert checked(invoices.delete(invoice_id))["deleted"] is True
    waiting = story.client.v1.invoice_items.list({"pending": True})
    assert [row["invoice"] for row in checked(waiting)["data"]] == [None]

    taken = invoices.create({"customer": payer, "pending_invoice_items_behavior": "include"})
    assert taken.total == 1200
    invoices.finalize_invoice(taken.id)
    with pytest.raises(InvalidRequestError, match="Finalized"):
        invoices.update(taken.id, {"description": "Too late"})
    with pytest.raises(InvalidRequestError, match="only delete draft"):
        invoices.delete(taken.id)


def test_items_of_a_draft_are_read_changed_and_taken_off(story: Story, payer: str) -> None:
    items, invoice_id = story.client.v1.invoice_items, _invoice(story, payer)
    price_data: Any = {"currency": "gbp", "product": story.product, "unit_amount": 250}
    made = checked(items.create({"invoice": invoice_id, "price_data": price_data, "quantity": 2}))
    assert (made["amount"], made["customer"]) == (500, payer)
    assert checked(items.retrieve(made["id"])) == made
    assert checked(items.update(made["id"], {"quantity": 3}))["amount"] == 750
    assert story.client.v1.invoices.retrieve(invoice_id).total == 1950
    assert checked(items.delete(made["id"]))["deleted"] is True
    assert story.client.v1.invoices.retrieve(invoice_id).total == 1200


def test_what_waits_for_a_payer_comes_with_the_next_renewal(story: Story, payer: str) -> None:
    story.client.v1.invoice_items.create({"customer": payer, "amount": 300, "currency": "gbp"})
    story.account.advance(days=32)
    [renewal] = story.client.v1.invoices.list({"limit": 1}).data
    assert (renewal.status, renewal.total) == ("paid", 800)


def test_a_sent_invoice_waits_for_its_payer_and_is_overdue_in_time(
    story: Story, payer: str
) -> None:
    invoice_id = _invoice(story, payer, collection_method="send_invoice", days_until_due=14)
    sent = checked(story.client.v1.invoices.send_invoice(invoice_id))
    assert (sent["status"], sent["attempted"]) == ("open", False)
    story.account.advance(days=15)
    types = [t for t in story.types() if t in ("invoice.sent", "invoice.overdue")]
    assert types == ["invoice.sent", "invoice.overdue"]


def test_a_preview_shows_what_a_change_would_bring_and_changes_nothing(
    story: Story, payer: str
) -> None:
    [subscription] = story.client.v1.subscriptions.list({"customer": payer}).data
    item = subscription["items"].data[0]
    preview = story.client.v1.invoices.create_preview
    events = len(story.types())
    plain = checked(preview({"subscription": subscription.id}))
    assert (plain["total"], plain["created"]) == (500, item.current_period_end)
    assert plain["id"].startswith("upcoming_in_")
    price_data = {
        "currency": "gbp",
        "product": item.price.product,
        "unit_amount": 900,
        "recurring": {"interval": "month"},
    }
    change: Any = {
        "items": [{"id": item.id, "price_data": price_data}],
        "proration_behavior": "none",
    }
    dearer = preview({"subscription": subscription.id, "subscription_details": change})
    assert checked(dearer)["total"] == 900
    price_data["recurring"] = {"interval": "year"}
    yearly = checked(preview({"subscription": subscription.id, "subscription_details": change}))
    assert yearly["created"] < plain["created"]
    new: Any = {"items": [{"price_data": price_data}]}
    first = checked(preview({"customer": payer, "subscription_details": new}))
    assert (first["billing_reason"], first["total"]) == ("subscription_create", 900)
    assert len(story.types()) == events
    assert (
        story.client.v1.subscriptions.retrieve(subscription.id)["items"].data[0].price == item.price
    )


def test_a_finalisation_can_be_made_to_fail_and_be_made_up_for(story: Story, payer: str) -> None:
    story.account.fail_next_finalization()
    story.account.advance(days=32)
    [failed] = story.account.events("invoice.finalization_failed")
    draft = failed["data"]["object"]
    assert (draft["status"], draft["total"]) == ("draft", 500)
    assert draft["last_finalization_error"]["code"] == "customer_tax_location_invalid"
    opened = checked(story.client.v1.invoices.finalize_invoice(draft["id"]))
    assert (opened["status"], opened["last_finalization_error"]) == ("open", None)


def test_a_default_incomplete_begins_when_its_payer_confirms_the_intent(
    story: Story, payer: str
) -> None:
    price_data: Any = {
        "currency": "gbp",
        "product": story.product,
        "unit_amount": 800,
        "recurring": {"interval": "month"},
    }
    waiting: Any = {
        "customer": payer,
        "items": [{"price_data": price_data}],
        "payment_behavior": "default_incomplete",
        "expand": ["latest_invoice.confirmation_secret"],
    }
    made = checked(story.client.v1.subscriptions.create(waiting))
    assert made["status"] == "incomplete"
    secret = made["latest_invoice"]["confirmation_secret"]["client_secret"]
    card = story.client.v1.payment_methods.attach("pm_card_visa", {"customer": payer})
    story.client.v1.payment_intents.confirm(
        secret.partition("_secret_")[0], {"payment_method": card.id}
    )
    assert story.client.v1.subscriptions.retrieve(made["id"]).status == "active"
    assert story.client.v1.invoices.retrieve(made["latest_invoice"]["id"]).status == "paid"
