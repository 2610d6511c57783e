"""Payment methods, as stripe-python drives them."""

from typing import Any

import pytest
from stripe import CardError, Customer, InvalidRequestError, StripeClient

from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.payment_stories import intent
from tests.sandbox_contract.stories import Story


def test_a_method_is_made_kept_changed_and_let_go_of(story: Story, payer: Customer) -> None:
    methods = story.client.v1.payment_methods
    card: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    made = checked(
        methods.create({"type": "card", "card": card, "billing_details": {"name": "Ada"}})
    )
    assert (made["card"]["last4"], made["customer"]) == ("4242", None)
    kept = checked(methods.attach(made["id"], {"customer": payer.id}))
    assert kept["customer"] == payer.id
    changed = methods.update(
        made["id"],
        {"card": {"exp_year": 2036}, "metadata": {"a": "b"}, "billing_details": {"name": ""}},
    )
    assert checked(changed)["card"]["exp_year"] == 2036
    by_customer = story.client.v1.customers.payment_methods
    assert checked(by_customer.list(payer.id))["data"][0]["id"] == made["id"]
    assert checked(by_customer.retrieve(payer.id, made["id"]))["metadata"] == {"a": "b"}
    assert len(checked(methods.list({"customer": payer.id, "type": "card"}))["data"]) == 1
    assert methods.list({"customer": payer.id, "type": "sepa_debit"}).data == []

    customers = story.client.v1.customers
    default: Any = {"invoice_settings": {"default_payment_method": made["id"]}}
    customers.update(payer.id, default)
    assert checked(methods.detach(made["id"]))["customer"] is None
    settings = customers.retrieve(payer.id).invoice_settings
    assert settings
    assert settings.default_payment_method is None
    with pytest.raises(InvalidRequestError, match="must be attached"):
        customers.update(payer.id, default)
    with pytest.raises(InvalidRequestError, match="may not be used again"):
        methods.attach(made["id"], {"customer": payer.id})
    with pytest.raises(InvalidRequestError, match="detachment is impossible"):
        methods.detach(made["id"])
    assert [t for t in story.types() if t.startswith("payment_method.")] == [
        "payment_method.attached",
        "payment_method.updated",
        "payment_method.detached",
    ]


def test_a_real_card_number_is_refused_in_an_api_call(stripe_client: StripeClient) -> None:
    card: Any = {"number": "4111111111111111", "exp_month": 12, "exp_year": 2034}
    with pytest.raises(CardError, match="A real card number must never be typed here"):
        stripe_client.v1.payment_methods.create({"type": "card", "card": card})
    assert stripe_client.v1.payment_intents.list().data == []


@pytest.mark.parametrize(
    ("token", "last4"),
    [("tok_visa", "4242"), ("tok_mastercard", "4444"), ("tok_visa_chargeDeclined", "0002")],
)
def test_a_token_stands_for_its_card(stripe_client: StripeClient, token: str, last4: str) -> None:
    made = stripe_client.v1.payment_methods.create({"type": "card", "card": {"token": token}})
    assert checked(made)["card"]["last4"] == last4
    with pytest.raises(InvalidRequestError, match="No such token"):
        stripe_client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_none"}})


def test_a_declining_card_is_not_kept_unless_it_declines_charges_only(
    story: Story, payer: Customer
) -> None:
    methods = story.client.v1.payment_methods
    with pytest.raises(CardError) as refusal:
        methods.attach("pm_card_visa_chargeDeclined", {"customer": payer.id})
    assert refusal.value.code == "card_declined"
    kept = methods.attach("pm_card_chargeCustomerFail", {"customer": payer.id})
    with pytest.raises(CardError) as refusal:
        intent(
            story.client, customer=payer.id, payment_method=kept.id, off_session=True, confirm=True
        )
    assert refusal.value.code == "card_declined"


def test_a_card_network_tells_of_a_new_card(story: Story, payer: Customer) -> None:
    kept = story.client.v1.payment_methods.attach("pm_card_visa", {"customer": payer.id})
    story.account.update_card(kept.id, number="5555555555554444", exp_month=3, exp_year=2038)
    updated = checked(story.client.v1.payment_methods.retrieve(kept.id))["card"]
    assert (updated["last4"], updated["exp_month"], updated["exp_year"]) == ("4444", 3, 2038)
    assert story.types()[-1] == "payment_method.automatically_updated"
