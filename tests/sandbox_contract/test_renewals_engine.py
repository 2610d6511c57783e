"""Renewals on the account's clock: drafted at the period's end, collected an hour later, tried again."""

from itertools import pairwise

import pytest

from tests.sandbox.engine import payment_methods, subscription_updates
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.billing_stories import DECLINED, Reader, day, moment, standing_gift

HOUR = 3600


@pytest.fixture
def reader(engine: Account) -> Reader:
    return Reader(engine)


def _fail_from_now_on(reader: Reader, subscription: Document) -> Document:
    method = reader.card(DECLINED)
    subscription_updates.update(
        reader.engine, {"default_payment_method": method["id"]}, subscription["id"]
    )
    return method


def test_a_renewal_is_drafted_at_the_period_end_and_collected_an_hour_later(reader: Reader) -> None:
    subscription = standing_gift(reader)
    before = len(reader.types())
    reader.advance_to("2027-02-28T09:30:00")
    draft = reader.invoices()[-1]
    assert (draft["status"], draft["billing_reason"]) == ("draft", "subscription_cycle")
    assert draft["automatically_finalizes_at"] == moment("2027-02-28T10:00:00")
    assert (day(draft["period_start"]), day(draft["period_end"])) == ("2027-01-31", "2027-02-28")
    line = draft["lines"]["data"][0]["period"]
    assert (day(line["start"]), day(line["end"])) == ("2027-02-28", "2027-03-31")
    assert subscription["latest_invoice"] == draft["id"]

    reader.advance(seconds=HOUR)
    assert (draft["status"], draft["amount_paid"], draft["attempt_count"]) == ("paid", 500, 1)
    assert subscription["status"] == "active"
    assert reader.types()[before:] == [
        "balance.available",
        "invoice.upcoming",
        "invoice.created",
        "customer.subscription.updated",
        "invoice.finalized",
        "invoice.updated",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "charge.updated",
    ]


def test_the_upcoming_invoice_has_no_id_and_comes_once_some_days_before(reader: Reader) -> None:
    standing_gift(reader, amount=700)
    reader.advance_to("2027-02-21T08:59:59")
    assert reader.events("invoice.upcoming") == []
    reader.advance(days=3)
    [event] = reader.events("invoice.upcoming")
    assert "id" not in event["data"]["object"]
    assert event["data"]["object"]["amount_due"] == 700
    assert day(event["created"]) == "2027-02-21"


def test_a_year_of_renewals_keeps_the_anchor_at_the_month_ends(reader: Reader) -> None:
    standing_gift(reader)
    reader.advance(days=366)
    ends = [day(invoice["created"]) for invoice in reader.invoices()]
    assert ends[:5] == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert ends[-2:] == ["2027-12-31", "2028-01-31"]
    assert {invoice["status"] for invoice in reader.invoices()} == {"paid"}
    periods = [invoice["lines"]["data"][0]["period"] for invoice in reader.invoices()]
    assert all(a["end"] == b["start"] for a, b in pairwise(periods))


def test_a_failing_card_is_tried_on_the_table_and_then_ends_the_subscription(
    reader: Reader,
) -> None:
    subscription = standing_gift(reader)
    _fail_from_now_on(reader, subscription)
    reader.advance_to("2027-02-28T10:00:00")
    invoice = reader.invoices()[-1]
    assert (invoice["status"], subscription["status"]) == ("open", "past_due")
    assert day(invoice["next_payment_attempt"]) == "2027-03-01"

    reader.advance(days=20)
    failed = reader.events("invoice.payment_failed")
    assert [day(event["created"]) for event in failed] == [
        "2027-02-28",
        *(f"2027-03-{number:02d}" for number in (1, 3, 5, 7, 10, 14)),
    ]
    assert [event["data"]["object"]["attempt_count"] for event in failed] == list(range(1, 8))
    assert failed[-1]["data"]["object"]["next_payment_attempt"] is None
    assert subscription["status"] == "canceled"
    assert subscription["cancellation_details"]["reason"] == "payment_failed"
    assert invoice["status"] == "open"
    assert reader.types()[-1] == "customer.subscription.deleted"
    reader.advance(days=90)
    assert len(reader.invoices()) == 2


@pytest.mark.parametrize("action", ["unpaid", "past_due"])
def test_the_final_action_is_a_setting(reader: Reader, action: str) -> None:
    subscription = standing_gift(reader)
    reader.engine.settings["final_action"] = action
    _fail_from_now_on(reader, subscription)
    reader.advance_to("2027-03-20T09:00:00")
    assert subscription["status"] == action
    reader.advance_to("2027-03-31T11:00:00")
    assert reader.invoices()[-1]["status"] == ("draft" if action == "unpaid" else "open")


def test_a_new_card_makes_the_next_attempt_succeed_and_the_subscription_recover(
    reader: Reader,
) -> None:
    subscription = standing_gift(reader)
    _fail_from_now_on(reader, subscription)
    reader.advance_to("2027-03-02T09:00:00")
    assert subscription["status"] == "past_due"
    good = reader.card()
    subscription_updates.update(
        reader.engine, {"default_payment_method": good["id"]}, subscription["id"]
    )
    reader.advance(days=2)
    invoice = reader.invoices()[-1]
    assert (invoice["status"], invoice["attempt_count"]) == ("paid", 3)
    assert subscription["status"] == "active"
    updated = reader.events("customer.subscription.updated")[-1]
    assert updated["data"]["previous_attributes"] == {"status": "past_due"}


def test_without_any_method_a_renewal_fails_all_the_same(reader: Reader) -> None:
    subscription = standing_gift(reader)
    method = reader.engine.store.get("payment_method", subscription["default_payment_method"])
    assert method
    method["customer"] = None
    reader.engine.store.put(method)
    reader.advance_to("2027-02-28T10:00:00")
    assert subscription["status"] == "past_due"
    assert reader.events("charge.failed") == []
    assert len(reader.events("invoice.payment_failed")) == 1


def test_ending_at_the_period_end_makes_no_further_invoice(reader: Reader) -> None:
    subscription = standing_gift(reader)
    subscription_updates.update(reader.engine, {"cancel_at_period_end": True}, subscription["id"])
    reader.advance(days=60)
    assert subscription["status"] == "canceled"
    assert day(subscription["ended_at"]) == "2027-02-28"
    assert day(subscription["canceled_at"]) == "2027-01-31"
    assert subscription["cancellation_details"]["reason"] == "cancellation_requested"
    assert len(reader.invoices()) == 1
    assert reader.events("invoice.upcoming") == []


def test_a_changed_amount_is_on_the_next_invoice(reader: Reader) -> None:
    subscription = standing_gift(reader)
    item = subscription["items"]["data"][0]["id"]
    change = {
        "items": [{"id": item, "price": reader.price(900)["id"]}],
        "proration_behavior": "none",
    }
    subscription_updates.update(reader.engine, change, subscription["id"])
    reader.advance(days=29)
    assert [invoice["total"] for invoice in reader.invoices()] == [500, 900]


def test_methods_are_looked_for_on_the_customer_last(reader: Reader) -> None:
    subscription = standing_gift(reader)
    subscription["default_payment_method"] = None
    good = payment_methods.test_card(reader.card())
    assert good.decline_code is None
    reader.customer["invoice_settings"]["default_payment_method"] = reader.card()["id"]
    reader.advance(days=29)
    assert reader.invoices()[-1]["status"] == "paid"
