"""Payments in the engine alone: declines, authentication with and without the payer, bank debits."""

from typing import Any

import pytest

from tests.sandbox.contract.resources import check_document
from tests.sandbox.engine import (
    bank_debits,
    customers,
    funds,
    mandates,
    payment_intents,
    payment_methods,
    setup_intents,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import BANK_TOKENS, TEST_ACCOUNTS
from tests.sandbox.engine.card_tokens import METHOD_TOKENS
from tests.sandbox.engine.cards import TEST_CARDS, card_of
from tests.sandbox.engine.declines import DECLINES
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.payment_methods import TypedBankAccount, create_from_card
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS

ONCE, ALWAYS, SET_UP = "4000002500003155", "4000002760003184", "4000003800000446"


@pytest.fixture
def customer(engine: Account) -> Document:
    engine._standing_at = 1_900_000_000
    return customers.create(engine, {"email": "reader@example.org"})


def intent_of(engine: Account, currency: str = "gbp", **data: Any) -> Document:
    return payment_intents.create(engine, amount=1500, currency=currency, customer=None, data=data)


def types(engine: Account) -> list[str]:
    return [event["type"] for event in engine.store.oldest_first("event", {})]


def later(engine: Account, days: int) -> None:
    engine._standing_at = engine.now() + days * DAY
    engine.run_due(ACTIONS)


def luhn_holds(number: str) -> bool:
    doubled = [int(d) * 2 - 9 * (int(d) > 4) for d in number[-2::-2]]
    return (sum(doubled) + sum(map(int, number[-1::-2]))) % 10 == 0


def test_every_listed_card_has_a_true_check_digit_and_declines_with_a_known_reason() -> None:
    assert all(luhn_holds(number) for number in TEST_CARDS)
    assert {c.decline_code for c in TEST_CARDS.values()} - {None} <= DECLINES.keys()
    assert {"pm_card_visa", "pm_card_createDisputeInquiry"} <= METHOD_TOKENS.keys()
    assert BANK_TOKENS["pm_success_de"].number == "DE89370400440532013000"


@pytest.mark.parametrize("number", ["4111111111111111", "4929000000006", "0000"])
def test_a_number_that_stripe_does_not_publish_is_refused_by_a_sentence(number: str) -> None:
    with pytest.raises(StripeRefusal, match="only the test card numbers that Stripe publishes"):
        card_of(number)


@pytest.mark.parametrize("number", [n for n, c in TEST_CARDS.items() if c.decline_code])
def test_a_decline_says_why_in_the_error_the_intent_and_the_charge(
    engine: Account, number: str
) -> None:
    card, intent = TEST_CARDS[number], intent_of(engine)
    method = create_from_card(engine, card)
    if card.authentication != "never":
        payment_intents.pass_authentication(engine, intent, method)
    with pytest.raises(StripeRefusal) as refusal:
        payment_intents.confirm(engine, intent, method)
    error, why = refusal.value.body(), DECLINES[str(card.decline_code)]
    check_document(error["payment_intent"])
    check_document(error["payment_method"])
    assert (error["code"], error["message"]) == (why.code, why.message)
    assert error.get("decline_code") == (why.reason if why.code == "card_declined" else None)
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == why.code
    charge = engine.store.get("charge", intent["latest_charge"])
    assert charge
    assert (charge["status"], charge["failure_code"]) == ("failed", why.code)


@pytest.mark.parametrize(
    ("number", "is_set_up", "expected"),
    [(ONCE, False, False), (ONCE, True, True), (ALWAYS, True, False), (SET_UP, False, True)],
)
def test_without_its_payer_a_card_passes_only_if_its_bank_agreed_before(
    engine: Account, customer: Document, number: str, is_set_up: bool, expected: bool
) -> None:
    method = create_from_card(engine, TEST_CARDS[number])
    if is_set_up:
        setup = setup_intents.create(engine, customer=customer["id"], data={})
        assert setup_intents.confirm(engine, setup, method) == "requires_action"
        setup_intents.authenticate(engine, setup, passed=True)
    intent = intent_of(engine)
    if expected:
        assert payment_intents.confirm(engine, intent, method, off_session=True) == "ready"
        return
    with pytest.raises(StripeRefusal) as refusal:
        payment_intents.confirm(engine, intent, method, off_session=True)
    assert refusal.value.code == "authentication_required"
    assert intent["status"] == "requires_payment_method"
    waiting = intent_of(engine)
    step = payment_intents.confirm(engine, waiting, method, off_session=True, waits=True)
    assert (step, waiting["status"]) == ("requires_action", "requires_action")


@pytest.mark.parametrize("number", [ONCE, ALWAYS, SET_UP])
def test_with_its_payer_there_a_card_asks_each_time(
    engine: Account, customer: Document, number: str
) -> None:
    method = create_from_card(engine, TEST_CARDS[number])
    for _ in range(2):
        intent = intent_of(engine, setup_future_usage="off_session")
        assert payment_intents.confirm(engine, intent, method) == "requires_action"
        payment_intents.authenticate(engine, intent, passed=True)
        assert intent["status"] == "succeeded"
    charge = engine.store.get("charge", intent["latest_charge"])
    assert charge
    assert charge["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"


def test_a_bank_debit_is_decided_days_after_it_began(engine: Account, customer: Document) -> None:
    for bank in TEST_ACCOUNTS.values():
        currency = "gbp" if bank.type == "bacs_debit" else "eur"
        method = payment_methods.named(engine, bank.token)
        intent = intent_of(engine, currency)
        assert payment_intents.confirm(engine, intent, method, off_session=True) == "ready"
        charge = payment_intents.collect(engine, intent, method)
        assert (intent["status"], charge["status"]) == ("processing", "pending")
        later(engine, 2)
        assert intent["status"] == "processing"
        later(engine, 4)
        mandate = mandates.of_method(engine, method) if bank.mandate == "kept" else None
        if bank.failure_code:
            assert (intent["status"], charge["status"]) == ("requires_payment_method", "failed")
            assert charge["failure_code"] == bank.failure_code
            assert charge["balance_transaction"] is None
        else:
            assert (intent["status"], charge["status"]) == ("succeeded", "succeeded")
            assert charge["balance_transaction"]
            assert mandate
            check_document(public(mandate))
        assert charge["disputed"] is (bank.promise is not None)
        if bank.mandate != "kept":
            assert "mandate.updated" in types(engine)


def test_a_debit_that_had_succeeded_can_be_taken_back(engine: Account, customer: Document) -> None:
    method, intent = payment_methods.named(engine, "pm_success_de"), intent_of(engine, "eur")
    payment_intents.confirm(engine, intent, method)
    charge = payment_intents.collect(engine, intent, method)
    with pytest.raises(StripeRefusal, match="can be taken back"):
        bank_debits.fail_late(engine, charge["id"])
    later(engine, 6)
    bank_debits.fail_late(engine, charge["id"])
    returned = engine.store.get("balance_transaction", charge["failure_balance_transaction"])
    assert returned
    assert (returned["type"], returned["amount"]) == ("payment_failure_refund", -1500)
    assert (charge["status"], intent["status"]) == ("failed", "requires_payment_method")
    assert types(engine)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    parts = funds.retrieve(engine, {})
    assert sum(p["amount"] for p in parts["pending"] + parts["available"]) < 0  # the fee stays


def test_a_bank_account_that_stripe_does_not_publish_is_refused(engine: Account) -> None:
    for typed in (
        TypedBankAccount(iban="DE44500105175407324931"),
        TypedBankAccount(sort_code="200415", account_number="00012345"),
        TypedBankAccount(sort_code="108800", account_number="12345678"),
    ):
        with pytest.raises(StripeRefusal, match="A real"):
            payment_methods.create_bank_debit(engine, typed, {})


def test_a_network_updates_the_card_that_it_replaced(engine: Account, customer: Document) -> None:
    method = create_from_card(engine, card_of("4242424242424242"))
    before = method["card"]["exp_year"]
    payment_methods.update_automatically(engine, method["id"])
    assert method["card"]["exp_year"] > before
    payment_methods.update_automatically(engine, method["id"], number="5555555555554444")
    assert (method["card"]["brand"], method["card"]["last4"]) == ("mastercard", "4444")
    assert types(engine).count("payment_method.automatically_updated") == 2
