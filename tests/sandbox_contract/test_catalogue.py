"""Products and prices through their lives, and the lists that nothing else asks for."""

import pytest
from stripe import InvalidRequestError

from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story


def test_a_product_is_kept_while_it_has_prices_and_can_be_deleted_without(story: Story) -> None:
    products, prices = story.client.v1.products, story.client.v1.prices
    made = products.create({"name": "Gift"})
    assert checked(products.retrieve(made.id))["name"] == "Gift"
    price = prices.create({"currency": "gbp", "unit_amount": 500, "product": made.id})
    assert checked(prices.retrieve(price.id))["product"] == made.id
    changed = prices.update(price.id, {"nickname": "Once", "metadata": {"a": "b"}})
    assert (checked(changed)["nickname"], changed.metadata.to_dict()) == ("Once", {"a": "b"})  # type: ignore[union-attr]
    with pytest.raises(InvalidRequestError, match="cannot be deleted"):
        products.delete(made.id)
    other = products.create({"name": "Unsold"})
    assert products.delete(other.id).deleted is True
    with pytest.raises(InvalidRequestError):
        products.retrieve(other.id)


def test_sessions_intents_and_charges_are_listed_and_described(story: Story) -> None:
    paid = story.paid(story.gift())
    waiting = story.gift()
    sessions, intents = story.client.v1.checkout.sessions, story.client.v1.payment_intents
    assert [row["id"] for row in checked(sessions.list())["data"]] == [waiting.id, paid.id]
    assert [row.id for row in sessions.list({"status": "complete"}).data] == [paid.id]
    (intent,) = checked(intents.list({"customer": str(paid.customer)}))["data"]
    assert intent["id"] == paid.payment_intent
    charges = story.client.v1.charges
    described = charges.update(intent["latest_charge"], {"description": "A gift"})
    assert checked(described)["description"] == "A gift"


def test_a_customer_can_be_made_with_a_card_to_pay_by(story: Story) -> None:
    customers = story.client.v1.customers
    made = customers.create(
        {
            "payment_method": "pm_card_visa",
            "invoice_settings": {"default_payment_method": "pm_card_visa"},
        }
    )
    (card,) = customers.payment_methods.list(made.id).data
    assert checked(made)["invoice_settings"]["default_payment_method"] == card.id
    with pytest.raises(InvalidRequestError):
        customers.create({"invoice_settings": {"default_payment_method": "pm_card_visa"}})


def test_what_is_sent_where_is_kept_on_the_intent_and_its_charge(story: Story) -> None:
    address = {"line1": "1 Quay", "city": "Hull", "country": "GB", "postal_code": "HU1 1AA"}
    made = story.client.v1.payment_intents.create(
        {
            "amount": 1500,
            "currency": "gbp",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "confirmation_method": "manual",
            "return_url": "https://paper.test/",
            "shipping": {"name": "Ada", "address": address},
            "expand": ["latest_charge"],
        }
    )
    shown = checked(made)
    assert (shown["status"], shown["confirmation_method"]) == ("succeeded", "manual")
    assert shown["shipping"]["name"] == "Ada"
    assert shown["latest_charge"]["shipping"]["address"]["city"] == "Hull"
