"""Checkout in the engine alone: what is finished without a page, and what stays as it was."""

from typing import Any

import pytest

from tests.sandbox.engine import checkout, customers, products, sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.checkout_methods import offered
from tests.sandbox.engine.checkout_payers import Payer
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.payment_methods import TypedBankAccount, TypedCard
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS

ADA = Payer("ada@example.org", "Ada Reader", "GB")
GOOD = TypedCard("4242424242424242", "12", "2060", "123")
FAILING_IBAN = TypedBankAccount(iban="DE62370400440532013001")
DAY = 24 * 3600


def session_of(engine: Account, currency: str = "gbp", **params: Any) -> Document:
    engine._standing_at = engine._standing_at or 1_900_000_000
    product = products.create_product(engine, {"name": "Support our journalism"})
    price = {"currency": currency, "product": product["id"], "unit_amount": 1500}
    if params.get("mode") == "subscription":
        price["recurring"] = {"interval": "month"}
    given = {
        "mode": "payment",
        "success_url": "https://paper.test/",
        "line_items": [{"price_data": price, "quantity": 1}],
        **params,
    }
    return sessions.create(engine, given)


def types(engine: Account) -> list[str]:
    return [event["type"] for event in engine.store.oldest_first("event", {})]


def test_a_known_payment_method_finishes_a_session_without_its_page(engine: Account) -> None:
    session = session_of(engine)
    assert checkout.submit(engine, session, "pm_card_visa", ADA) == "complete"
    assert session["payment_status"] == "paid"
    with pytest.raises(StripeRefusal, match="No such PaymentMethod"):
        checkout.submit(engine, session_of(engine), "pm_nothing", ADA)


def test_a_method_that_the_session_does_not_offer_is_refused(engine: Account) -> None:
    with pytest.raises(StripeRefusal, match="does not take sepa_debit"):
        checkout.submit(engine, session_of(engine), "pm_success_de", ADA)


def test_a_debit_that_comes_back_tells_the_session_once(engine: Account) -> None:
    session = session_of(engine, "eur")
    checkout.submit(engine, session, FAILING_IBAN, ADA)
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    for days in (4, 10, 30):
        engine._standing_at = 1_900_000_000 + days * DAY
        engine.run_due(ACTIONS)
    assert session["payment_status"] == "unpaid"
    assert types(engine).count("checkout.session.async_payment_failed") == 1
    assert "checkout.session.async_payment_succeeded" not in types(engine)


def test_a_subscription_by_debit_starts_active_with_its_invoice_open(engine: Account) -> None:
    session = session_of(engine, mode="subscription")
    typed = TypedBankAccount(sort_code="108800", account_number="00012345")
    checkout.submit(engine, session, typed, ADA)
    subscription = engine.store.get("subscription", session["subscription"])
    invoice = engine.store.get("invoice", session["invoice"])
    assert subscription
    assert invoice
    assert (subscription["status"], invoice["status"]) == ("active", "open")
    engine._standing_at = 1_900_000_000 + 8 * DAY
    engine.run_due(ACTIONS)
    assert (invoice["status"], session["payment_status"]) == ("paid", "paid")
    ours = [name for name in types(engine) if name.startswith("checkout.")]
    assert ours == ["checkout.session.completed", "checkout.session.async_payment_succeeded"]


def test_tries_after_the_first_belong_to_the_invoice_and_not_to_the_session(
    engine: Account,
) -> None:
    session = session_of(engine, mode="subscription")
    typed = TypedBankAccount(sort_code="108800", account_number="22222227")
    checkout.submit(engine, session, typed, ADA)
    for days in range(1, 10):
        engine._standing_at = 1_900_000_000 + days * DAY
        engine.run_due(ACTIONS)
    assert types(engine).count("invoice.payment_failed") > 1
    assert types(engine).count("checkout.session.async_payment_failed") == 1
    assert session["payment_status"] == "unpaid"


def test_setup_mode_makes_a_customer_only_when_asked_to(engine: Account) -> None:
    engine._standing_at = 1_900_000_000
    params = {"mode": "setup", "currency": "gbp", "success_url": "https://paper.test/"}
    guest = sessions.create(engine, params)
    checkout.submit(engine, guest, GOOD, ADA)
    assert guest["customer"] is None
    known = sessions.create(engine, {**params, "customer_creation": "always"})
    checkout.submit(engine, known, GOOD, ADA)
    method = engine.store.get("payment_method", known["_method"])
    assert method
    assert method["customer"] == known["customer"] is not None


def test_a_submit_after_the_end_changes_nothing(engine: Account) -> None:
    session = session_of(engine)
    checkout.submit(engine, session, GOOD, ADA)
    before = types(engine)
    assert checkout.submit(engine, session, GOOD, ADA) == "complete"
    checkout.authenticate(engine, session, passed=False)
    assert types(engine) == before
    expired = session_of(engine)
    sessions.expire(engine, {}, expired["id"])
    with pytest.raises(StripeRefusal, match="expired"):
        checkout.submit(engine, expired, GOOD, ADA)


def test_a_deleted_customer_pays_nothing(engine: Account) -> None:
    engine._standing_at = 1_900_000_000
    customer = customers.create(engine, {"email": "ada@example.org"})
    session = session_of(engine, customer=customer["id"])
    customers.delete(engine, {}, customer["id"])
    with pytest.raises(StripeRefusal, match="was deleted"):
        checkout.submit(engine, session, GOOD, ADA)


@pytest.mark.parametrize(
    ("currency", "excluded", "allowed", "expected"),
    [
        ("gbp", (), None, ["card", "bacs_debit"]),
        ("eur", (), None, ["card", "sepa_debit"]),
        ("usd", (), None, ["card"]),
        ("eur", ("card",), None, ["sepa_debit"]),
        ("eur", (), ("card", "ideal"), ["card"]),
        ("usd", ("card",), None, []),
    ],
)
def test_what_a_session_offers(
    currency: str, excluded: tuple[str, ...], allowed: tuple[str, ...] | None, expected: list[str]
) -> None:
    assert offered(currency, excluded=excluded, allowed=allowed) == expected
