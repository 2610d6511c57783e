"""Renewals by what they are collected with: cards that want their payer, and bank debits that take days."""

from typing import Any

import pytest

from tests.sandbox.engine import (
    intent_requests,
    invoice_requests,
    invoices,
    payment_intents,
    subscription_creation,
    subscription_updates,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.invoice_states import payments_of
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.billing_stories import Reader, day, standing_gift

ALWAYS_ASKS = "4000002760003184"
BANK, EMPTY_BANK = "00012345", "22222227"


@pytest.fixture
def reader(engine: Account) -> Reader:
    return Reader(engine)


def _paid_with(reader: Reader, method: Document) -> Document:
    """A standing gift whose renewals are collected with this method."""
    subscription = standing_gift(reader)
    chosen = {"default_payment_method": method["id"]}
    return subscription_updates.update(reader.engine, chosen, subscription["id"])


def _intent(reader: Reader, invoice: Document) -> Document:
    [payment] = payments_of(reader.engine, invoice)
    intent = reader.engine.store.get("payment_intent", payment["payment"]["payment_intent"])
    assert intent
    return intent


def test_a_card_that_asks_for_its_payer_leaves_the_renewal_open_until_they_come(
    reader: Reader,
) -> None:
    subscription = _paid_with(reader, reader.card(ALWAYS_ASKS))
    reader.advance_to("2027-02-28T10:00:00")
    invoice = reader.invoices()[-1]
    assert (invoice["status"], subscription["status"]) == ("open", "past_due")
    assert len(reader.events("invoice.payment_failed")) == 1
    [asked] = reader.events("invoice.payment_action_required")
    assert asked["data"]["object"]["hosted_invoice_url"]
    intent = _intent(reader, invoice)
    assert intent["status"] == "requires_action"

    payment_intents.authenticate(reader.engine, intent, passed=True)
    assert (invoice["status"], subscription["status"]) == ("paid", "active")
    assert reader.events("charge.succeeded")[-1]["data"]["object"]["amount"] == 500
    reader.advance(days=20)
    assert len(reader.events("invoice.payment_failed")) == 1


def test_an_authentication_that_fails_leaves_the_schedule_as_it_is(reader: Reader) -> None:
    subscription = _paid_with(reader, reader.card(ALWAYS_ASKS))
    reader.advance_to("2027-02-28T10:00:00")
    invoice = reader.invoices()[-1]
    planned = invoice["next_payment_attempt"]
    with pytest.raises(StripeRefusal):
        payment_intents.authenticate(reader.engine, _intent(reader, invoice), passed=False)
    assert (invoice["attempt_count"], invoice["next_payment_attempt"]) == (1, planned)
    reader.advance(days=2)
    assert invoice["attempt_count"] == 2
    assert subscription["status"] == "past_due"


def test_a_bank_debit_is_under_way_for_days_and_then_pays_the_renewal(reader: Reader) -> None:
    subscription = _paid_with(reader, reader.bank_account(BANK))
    reader.advance_to("2027-02-28T10:00:00")
    invoice = reader.invoices()[-1]
    assert (invoice["status"], invoice["attempted"], invoice["attempt_count"]) == ("open", True, 1)
    assert invoice["next_payment_attempt"] is None
    assert subscription["status"] == "active"
    with pytest.raises(StripeRefusal, match="under way"):
        invoice_requests.pay(reader.engine, {}, invoice["id"])
    reader.advance(days=20)
    assert (invoice["status"], invoice["attempt_count"]) == ("paid", 1)
    [paid] = [
        e for e in reader.events("invoice.paid") if e["data"]["object"]["id"] == invoice["id"]
    ]
    assert day(paid["created"]) > "2027-02-28"
    assert reader.events("invoice.payment_failed") == []


def test_a_bank_debit_that_fails_is_tried_again_and_ends_the_subscription_at_last(
    reader: Reader,
) -> None:
    subscription = _paid_with(reader, reader.bank_account(EMPTY_BANK))
    reader.advance_to("2027-02-28T10:00:00")
    assert subscription["status"] == "active"
    reader.advance(days=8)
    invoice = reader.invoices()[1]
    assert subscription["status"] == "past_due"
    assert len(reader.events("invoice.payment_failed")) >= 1
    reader.advance(days=120)
    counts = [
        event["data"]["object"]["attempt_count"]
        for event in reader.events("invoice.payment_failed")
        if event["data"]["object"]["id"] == invoice["id"]
    ]
    assert counts == list(range(1, 8))
    assert subscription["status"] == "canceled"


def test_a_first_payment_that_needs_its_payer_begins_the_subscription_when_they_come(
    reader: Reader,
) -> None:
    given: dict[str, Any] = {
        "customer": reader.customer["id"],
        "items": [{"price": reader.price()["id"]}],
        "default_payment_method": reader.card(ALWAYS_ASKS)["id"],
    }
    subscription = subscription_creation.create(reader.engine, given)
    [invoice] = reader.invoices()
    assert (subscription["status"], invoice["status"]) == ("incomplete", "open")
    payment_intents.authenticate(reader.engine, _intent(reader, invoice), passed=True)
    assert (subscription["status"], invoice["status"]) == ("active", "paid")
    reader.advance(days=1)
    assert subscription["status"] == "active"


def test_an_invoice_hears_only_of_its_own_intent(reader: Reader) -> None:
    subscription = standing_gift(reader)
    stray = payment_intents.create(
        reader.engine, amount=100, currency="gbp", customer=None, data={}
    )
    invoices.follow_intent(reader.engine, stray)
    assert subscription["status"] == "active"


@pytest.mark.parametrize("behavior", ["allow_incomplete", "error_if_incomplete"])
def test_a_first_debit_begins_the_subscription_and_pays_it_days_later(
    reader: Reader, behavior: str
) -> None:
    subscription = _begun(reader, reader.bank_account(BANK), payment_behavior=behavior)
    [invoice] = reader.invoices()
    assert (subscription["status"], invoice["status"]) == ("active", "open")
    reader.advance(days=2)
    assert (subscription["status"], invoice["status"]) == ("active", "open")
    reader.advance(days=2)
    assert (subscription["status"], invoice["status"]) == ("active", "paid")
    assert len(reader.events("invoice.paid")) == 1


def test_a_first_debit_that_comes_back_makes_the_subscription_late(reader: Reader) -> None:
    subscription = _begun(reader, reader.bank_account(EMPTY_BANK))
    reader.advance(days=4)
    [invoice] = reader.invoices()
    assert (subscription["status"], invoice["status"]) == ("past_due", "open")
    assert len(reader.events("invoice.payment_failed")) == 1


def test_a_debit_that_its_payer_confirms_begins_a_default_incomplete(reader: Reader) -> None:
    method = reader.bank_account(BANK)
    subscription = _begun(reader, method, payment_behavior="default_incomplete")
    [invoice] = reader.invoices()
    agreed = {
        "payment_method": method["id"],
        "mandate_data": {"customer_acceptance": {"type": "offline"}},
    }
    intent_requests.confirm(reader.engine, agreed, _intent(reader, invoice)["id"])
    assert (subscription["status"], invoice["status"]) == ("active", "open")
    reader.advance(days=4)
    assert (subscription["status"], invoice["status"]) == ("active", "paid")


def _begun(reader: Reader, method: Document, **params: Any) -> Document:
    """A subscription made by hand, whose first invoice this method pays."""
    given = {
        "customer": reader.customer["id"],
        "default_payment_method": method["id"],
        "items": [{"price": reader.price()["id"]}],
        **params,
    }
    return subscription_creation.create(reader.engine, given)
