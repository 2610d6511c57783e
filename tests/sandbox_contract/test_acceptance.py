"""One suite for the sandbox and for Stripe itself: what the sandbox promises, real Stripe must do too.

It makes small objects in a test account and pays nothing: hosted pages are paid by people only. Put the
key of a Stripe test account that may be written to into STRIPE_TEST_KEY to run it against Stripe.
"""

import os
import time
import uuid
from typing import Any

import pytest
import pytest_socket
from stripe import InvalidRequestError, StripeClient, StripeError

from tests.sandbox.client import Sandbox
from tests.sandbox_contract.conftest import checked, client_of

Params = dict[str, Any]


KEY = os.environ.get("STRIPE_TEST_KEY", "")
PEERS = ["sandbox", "stripe"] if KEY else ["sandbox"]


@pytest.fixture(params=PEERS)
def peer(request: pytest.FixtureRequest) -> StripeClient:
    """The SDK's client of the sandbox, or of Stripe when there is a key."""
    if request.param == "sandbox":
        url = request.getfixturevalue("sandbox_url")
        return client_of(Sandbox(url).account(f"acc{uuid.uuid4().hex[:12]}"))
    if not KEY.startswith(("sk_test_", "rk_test_")):
        pytest.fail("STRIPE_TEST_KEY must be the key of a test account.")
    pytest_socket._remove_restrictions()
    return StripeClient(KEY, max_network_retries=2)


@pytest.fixture
def gift(peer: StripeClient) -> Params:
    """Parameters of a session for a gift given once."""
    product = peer.v1.products.create({"name": "Acceptance gift"})
    price_data = {"currency": "gbp", "product": product.id, "unit_amount": 1500}
    return {
        "mode": "payment",
        "submit_type": "donate",
        "success_url": "https://example.org/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://example.org/donate",
        "customer_creation": "always",
        "line_items": [{"quantity": 1, "price_data": price_data}],
        "metadata": {"reference": "r1"},
        "payment_intent_data": {"metadata": {"reference": "r1"}},
        "expires_at": int(time.time()) + 40 * 60,
    }


@pytest.mark.skipif(
    not KEY, reason="no key: STRIPE_TEST_KEY is not set, so real Stripe was not asked"
)
def test_real_stripe_is_asked_as_well() -> None:
    assert "stripe" in PEERS


def refusal_of(peer: StripeClient, params: Params) -> StripeError:
    with pytest.raises(StripeError) as refusal:
        peer.v1.checkout.sessions.create(params)  # type: ignore[arg-type]
    return refusal.value


def test_a_customers_life(peer: StripeClient) -> None:
    customers = peer.v1.customers
    email = f"{uuid.uuid4().hex}@example.org"
    made = checked(
        customers.create({"email": email, "name": "Ada", "metadata": {"a": "1", "b": "2"}})
    )
    assert (made["email"], made["livemode"], made["metadata"]) == (
        email,
        False,
        {"a": "1", "b": "2"},
    )
    changed = checked(customers.update(made["id"], {"metadata": {"a": ""}, "name": ""}))
    assert (changed["metadata"], changed["name"]) == ({"b": "2"}, None)
    listed = checked(customers.list({"email": email}))
    assert [row["id"] for row in listed["data"]] == [made["id"]]
    assert customers.delete(made["id"]).deleted is True
    assert checked(customers.retrieve(made["id"])) == {
        "id": made["id"],
        "object": "customer",
        "deleted": True,
    }


def test_products_and_prices(peer: StripeClient) -> None:
    product = checked(peer.v1.products.create({"name": "Gift", "metadata": {"kind": "monthly"}}))
    price = checked(
        peer.v1.prices.create(
            {
                "currency": "eur",
                "product": product["id"],
                "unit_amount": 500,
                "recurring": {"interval": "month"},
            }
        )
    )
    assert (price["type"], price["unit_amount_decimal"]) == ("recurring", "500")
    assert price["recurring"]["interval_count"] == 1
    listed = checked(peer.v1.prices.list({"product": product["id"], "expand": ["data.product"]}))
    assert [row["product"]["id"] for row in listed["data"]] == [product["id"]]
    assert checked(peer.v1.products.update(product["id"], {"active": False}))["active"] is False


def test_a_session_is_open_then_expired(peer: StripeClient, gift: Params) -> None:
    made = peer.v1.checkout.sessions.create(gift)  # type: ignore[arg-type]
    seen = checked(made)
    assert (seen["status"], seen["payment_status"], seen["mode"]) == ("open", "unpaid", "payment")
    assert (seen["amount_total"], seen["currency"], seen["submit_type"]) == (1500, "gbp", "donate")
    assert seen["ui_mode"] == "hosted_page"
    assert seen["payment_intent"] is None
    assert seen["metadata"] == {"reference": "r1"}
    assert seen["expires_at"] == gift["expires_at"]
    lines = checked(peer.v1.checkout.sessions.line_items.list(made.id))
    assert [(line["quantity"], line["amount_total"]) for line in lines["data"]] == [(1, 1500)]
    expired = checked(peer.v1.checkout.sessions.expire(made.id))
    assert (expired["status"], expired["url"]) == ("expired", None)
    with pytest.raises(InvalidRequestError):
        peer.v1.checkout.sessions.expire(made.id)


def test_a_subscription_session_makes_no_subscription_yet(peer: StripeClient, gift: Params) -> None:
    params = {**gift, "mode": "subscription"}
    for name in ("customer_creation", "payment_intent_data", "submit_type"):
        del params[name]
    params["line_items"][0]["price_data"]["recurring"] = {"interval": "year"}
    params["subscription_data"] = {
        "metadata": {"reference": "r2"},
        "billing_mode": {"type": "flexible"},
    }
    seen = checked(peer.v1.checkout.sessions.create(params))  # type: ignore[arg-type]
    assert (seen["status"], seen["subscription"], seen["invoice"]) == ("open", None, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported"),
        ({"line_item": ["x"]}, "parameter_unknown"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "resource_missing"),
        ({"customer": "cus_none", "customer_creation": None}, "resource_missing"),
        ({"mode": None}, "parameter_missing"),
    ],
)
def test_refusals_carry_stripes_own_code(
    peer: StripeClient, gift: Params, change: Params, code: str
) -> None:
    params = {key: value for key, value in {**gift, **change}.items() if value is not None}
    refusal = refusal_of(peer, params)
    assert (refusal.http_status, refusal.code) == (400, code)


@pytest.mark.parametrize("seconds", [10 * 60, 25 * 3600])
def test_a_session_lives_between_half_an_hour_and_a_day(
    peer: StripeClient, gift: Params, seconds: int
) -> None:
    refusal = refusal_of(peer, {**gift, "expires_at": int(time.time()) + seconds})
    assert refusal.http_status == 400
    assert isinstance(refusal, InvalidRequestError)
    assert refusal.param == "expires_at"


def test_customer_creation_belongs_to_payments_only(peer: StripeClient, gift: Params) -> None:
    gift["line_items"][0]["price_data"]["recurring"] = {"interval": "month"}
    del gift["payment_intent_data"], gift["submit_type"]
    assert refusal_of(peer, {**gift, "mode": "subscription"}).http_status == 400


def test_a_gift_below_the_minimum_is_refused(peer: StripeClient, gift: Params) -> None:
    gift["line_items"][0]["price_data"]["unit_amount"] = 10
    assert refusal_of(peer, gift).code == "amount_too_small"


def test_an_idempotency_key_replays_and_refuses_other_parameters(peer: StripeClient) -> None:
    key = str(uuid.uuid4())
    create = peer.v1.customers.create
    first = create({"name": "Once"}, {"idempotency_key": key})
    assert create({"name": "Once"}, {"idempotency_key": key}).id == first.id
    with pytest.raises(StripeError) as refusal:
        create({"name": "Twice"}, {"idempotency_key": key})
    assert refusal.value.http_status == 400


def test_an_unknown_id_is_not_found(peer: StripeClient) -> None:
    for retrieve in (
        peer.v1.charges.retrieve,
        peer.v1.subscriptions.retrieve,
        peer.v1.invoices.retrieve,
    ):
        with pytest.raises(InvalidRequestError) as refusal:
            retrieve("nothing_1")
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_a_webhook_endpoint_shows_its_secret_once(peer: StripeClient) -> None:
    endpoints = peer.v1.webhook_endpoints
    made = endpoints.create(
        {"url": "https://example.org/webhooks/", "enabled_events": ["invoice.paid"]}
    )
    try:
        assert checked(made)["secret"].startswith("whsec_")
        assert "secret" not in checked(endpoints.retrieve(made.id))
    finally:
        endpoints.delete(made.id)


def test_the_account_and_its_balance(peer: StripeClient) -> None:
    shown = checked(peer.v1.accounts.retrieve_current())
    assert shown["id"].startswith("acct_")
    assert "statement_descriptor" in shown["settings"]["payments"]
    assert checked(peer.v1.balance.retrieve())["livemode"] is False


def test_events_tell_of_what_was_made(peer: StripeClient) -> None:
    made = peer.v1.customers.create({"name": "Told"})
    listed = checked(peer.v1.events.list({"type": "customer.created", "limit": 5}))
    told = [event for event in listed["data"] if event["data"]["object"]["id"] == made.id]
    assert [event["api_version"] is not None for event in told] == [True]
