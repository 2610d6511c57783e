"""The same expectations of the sandbox and of Stripe itself, for what collects money without a hosted page.

`test_acceptance.py` says how Stripe is asked. What needs time or a bank's word wants the sandbox's controls, and
so is held against the sandbox alone, in the other modules.
"""

import pytest
from stripe import CardError, InvalidRequestError, StripeClient

from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.test_acceptance import peer

__all__ = ["peer"]


def test_a_card_pays_and_is_refunded_in_part(peer: StripeClient) -> None:
    paid = checked(
        peer.v1.payment_intents.create(
            {
                "amount": 1500,
                "currency": "gbp",
                "confirm": True,
                "payment_method": "pm_card_visa",
                "return_url": "https://example.org/thanks",
                "expand": ["latest_charge"],
            }
        )
    )
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 1500)
    assert paid["latest_charge"]["payment_method_details"]["card"]["last4"] == "4242"
    refund = checked(peer.v1.refunds.create({"payment_intent": paid["id"], "amount": 500}))
    assert (refund["amount"], refund["status"]) == (500, "succeeded")
    charge = checked(peer.v1.charges.retrieve(paid["latest_charge"]["id"]))
    assert (charge["amount_refunded"], charge["refunded"]) == (500, False)
    with pytest.raises(InvalidRequestError):
        peer.v1.refunds.create({"payment_intent": paid["id"], "amount": 1001})


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ],
)
def test_a_decline_says_why(
    peer: StripeClient, method: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(CardError) as refusal:
        peer.v1.payment_intents.create(
            {
                "amount": 1500,
                "currency": "gbp",
                "confirm": True,
                "payment_method": method,
                "return_url": "https://example.org/thanks",
            }
        )
    assert (refusal.value.http_status, refusal.value.code) == (402, code)
    assert refusal.value.error is not None
    assert decline_code in (None, refusal.value.error.decline_code)


def test_a_card_is_set_up_for_later(peer: StripeClient) -> None:
    customer = peer.v1.customers.create({"name": "Later"})
    made = checked(
        peer.v1.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": "pm_card_visa",
                "confirm": True,
                "return_url": "https://example.org/thanks",
            }
        )
    )
    assert (made["status"], made["usage"]) == ("succeeded", "off_session")
    (kept,) = checked(peer.v1.customers.payment_methods.list(customer.id))["data"]
    assert kept["id"] == made["payment_method"]


def test_a_subscription_is_paid_at_once_and_ended(peer: StripeClient) -> None:
    product = peer.v1.products.create({"name": "Acceptance membership"})
    price = peer.v1.prices.create(
        {
            "currency": "gbp",
            "product": product.id,
            "unit_amount": 500,
            "recurring": {"interval": "month"},
        }
    )
    customer = peer.v1.customers.create(
        {
            "payment_method": "pm_card_visa",
            "invoice_settings": {"default_payment_method": "pm_card_visa"},
        }
    )
    made = checked(
        peer.v1.subscriptions.create(
            {
                "customer": customer.id,
                "items": [{"price": price.id}],
                "billing_mode": {"type": "flexible"},
                "expand": ["latest_invoice"],
            }
        )
    )
    assert (made["status"], made["latest_invoice"]["status"]) == ("active", "paid")
    assert made["latest_invoice"]["amount_paid"] == 500
    ended = checked(peer.v1.subscriptions.cancel(made["id"]))
    assert ended["status"] == "canceled"


def test_a_test_clock_stands_where_it_was_put(peer: StripeClient) -> None:
    clocks = peer.v1.test_helpers.test_clocks
    made = checked(clocks.create({"frozen_time": 1_900_000_000, "name": "Acceptance"}))
    assert (made["status"], made["frozen_time"]) == ("ready", 1_900_000_000)
    assert clocks.delete(made["id"]).deleted is True
