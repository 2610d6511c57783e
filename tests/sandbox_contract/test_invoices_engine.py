"""Invoices on the engine alone: attempts that somebody asks for, besides those of the schedule."""

import pytest

from tests.sandbox.engine import (
    customers,
    invoice_requests,
    invoice_states,
    payment_intents,
    subscription_updates,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.billing_stories import DECLINED, Reader, standing_gift


@pytest.fixture
def reader(engine: Account) -> Reader:
    return Reader(engine)


@pytest.fixture
def late(reader: Reader) -> Document:
    """A subscription whose renewal was declined for the first time."""
    subscription = standing_gift(reader)
    bad = {"default_payment_method": reader.card(DECLINED)["id"]}
    subscription_updates.update(reader.engine, bad, subscription["id"])
    reader.advance_to("2027-02-28T10:00:00")
    assert subscription["status"] == "past_due"
    return subscription


def test_an_attempt_asked_for_leaves_the_schedule_as_it_is(reader: Reader, late: Document) -> None:
    invoice = reader.invoices()[-1]
    planned = invoice["next_payment_attempt"]
    with pytest.raises(StripeRefusal) as declined:
        invoice_requests.pay(reader.engine, {}, invoice["id"])
    assert (declined.value.status, declined.value.code) == (402, "card_declined")
    assert (invoice["attempt_count"], invoice["next_payment_attempt"]) == (1, planned)
    assert len(reader.events("invoice.payment_failed")) == 2


def test_another_card_pays_the_open_invoice_and_the_subscription_recovers(
    reader: Reader, late: Document
) -> None:
    invoice = reader.invoices()[-1]
    good = reader.card()
    paid = invoice_requests.pay(reader.engine, {"payment_method": good["id"]}, invoice["id"])
    assert (paid["status"], paid["attempt_count"], late["status"]) == ("paid", 1, "active")
    reader.advance(days=20)
    assert len(reader.events("invoice.payment_failed")) == 1


def test_a_voided_invoice_is_tried_no_more(reader: Reader, late: Document) -> None:
    invoice = reader.invoices()[-1]
    invoice_requests.void(reader.engine, {}, invoice["id"])
    reader.advance(days=20)
    assert (invoice["status"], late["status"]) == ("void", "past_due")
    assert len(reader.events("invoice.payment_failed")) == 1
    reader.advance_to("2027-03-31T11:00:00")
    assert reader.invoices()[-1]["status"] == "open"


def test_a_draft_whose_customer_is_gone_cannot_be_finalised(reader: Reader) -> None:
    advancing = {"customer": reader.customer["id"], "auto_advance": True}
    invoice = invoice_requests.create(reader.engine, advancing)
    customers.delete(reader.engine, {}, reader.customer["id"])
    reader.advance(days=1)
    assert invoice["status"] == "draft"
    assert invoice["last_finalization_error"]["code"] == "resource_missing"
    assert len(reader.events("invoice.finalization_failed")) == 1


def test_a_cancelled_intent_gives_way_to_another(reader: Reader, late: Document) -> None:
    invoice = reader.invoices()[-1]
    [first] = invoice_states.payments_of(reader.engine, invoice)
    payment_intents.abandon(reader.engine, first["payment"]["payment_intent"])
    good = reader.card()
    invoice_requests.pay(reader.engine, {"payment_method": good["id"]}, invoice["id"])
    statuses = [p["status"] for p in invoice_states.payments_of(reader.engine, invoice)]
    assert (invoice["status"], sorted(statuses)) == ("paid", ["canceled", "paid"])
