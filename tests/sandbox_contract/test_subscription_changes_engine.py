"""What changes a standing gift: its amount, interval and date, its pauses, its end, its beginning by hand."""

from typing import Any

import pytest

from tests.sandbox.engine import (
    subscription_creation,
    subscription_pauses,
    subscription_updates,
    subscriptions,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.billing_stories import DECLINED, Reader, day, moment, standing_gift

STARTED = "2027-01-31T09:00:00"


@pytest.fixture
def reader(engine: Account) -> Reader:
    return Reader(engine, STARTED)


def _update(reader: Reader, subscription: Document, **params: Any) -> Document:
    return subscription_updates.update(reader.engine, params, subscription["id"])


def _create(reader: Reader, card: str | None = None, **params: Any) -> Document:
    given = {"customer": reader.customer["id"], "items": [{"price": reader.price()["id"]}]}
    if card:
        given["default_payment_method"] = reader.card(card)["id"]
    return subscription_creation.create(reader.engine, {**given, **params})


def _period(subscription: Document) -> tuple[str, str]:
    item = subscription["items"]["data"][0]
    return day(item["current_period_start"]), day(item["current_period_end"])


def _item(subscription: Document) -> str:
    return str(subscription["items"]["data"][0]["id"])


def test_a_trial_end_moves_the_date_and_its_zero_invoice_collects_nothing(reader: Reader) -> None:
    subscription = standing_gift(reader)
    _update(
        reader, subscription, trial_end=moment("2027-02-10T12:00:00"), proration_behavior="none"
    )
    assert (subscription["status"], _period(subscription)[1]) == ("trialing", "2027-02-10")
    zero = reader.invoices()[-1]
    assert (zero["status"], zero["total"], zero["attempt_count"]) == ("paid", 0, 0)
    assert zero["billing_reason"] == "subscription_update"
    assert len(reader.events("charge.succeeded")) == 1

    reader.advance_to("2027-02-10T13:00:00")
    assert subscription["status"] == "active"
    assert reader.invoices()[-1]["total"] == 500
    assert _period(subscription) == ("2027-02-10", "2027-03-10")
    [notice] = reader.events("customer.subscription.trial_will_end")
    assert day(notice["created"]) == "2027-02-07"
    reader.advance(days=365)
    assert {day(invoice["created"])[-2:] for invoice in reader.invoices()[2:]} == {"10"}


def test_another_interval_begins_at_once_or_at_the_end_of_a_trial(reader: Reader) -> None:
    subscription = standing_gift(reader)
    yearly = [{"id": _item(subscription), "price": reader.price(6000, "year")["id"]}]
    end = subscription["items"]["data"][0]["current_period_end"]
    _update(reader, subscription, items=yearly, trial_end=end, proration_behavior="none")
    assert _period(subscription) == ("2027-01-31", "2027-02-28")
    reader.advance_to("2027-02-28T10:00:00")
    assert reader.invoices()[-1]["total"] == 6000
    assert _period(subscription) == ("2027-02-28", "2028-02-28")

    monthly = [{"id": _item(subscription), "price": reader.price(700)["id"]}]
    _update(reader, subscription, items=monthly, proration_behavior="none")
    assert (reader.invoices()[-1]["status"], reader.invoices()[-1]["total"]) == ("paid", 700)
    assert _period(subscription) == ("2027-02-28", "2027-03-28")


def test_what_would_need_prorations_is_refused_by_name(reader: Reader) -> None:
    subscription = standing_gift(reader)
    dearer = [{"id": _item(subscription), "price": reader.price(900)["id"]}]
    for params in (
        {"items": dearer},
        {"trial_end": moment("2027-02-10T12:00:00")},
        {"cancel_at": moment("2027-02-10T12:00:00")},
        {"billing_cycle_anchor": {"type": "now"}},
    ):
        with pytest.raises(StripeRefusal, match="prorations") as refused:
            _update(reader, subscription, **params)
        assert refused.value.param == "proration_behavior"
    assert len(reader.events("customer.subscription.updated")) == 0


def test_an_anchor_set_to_now_bills_from_now_on(reader: Reader) -> None:
    subscription = standing_gift(reader)
    reader.advance_to("2027-02-12T09:00:00")
    _update(reader, subscription, billing_cycle_anchor={"type": "now"}, proration_behavior="none")
    assert _period(subscription) == ("2027-02-12", "2027-03-12")
    assert [invoice["status"] for invoice in reader.invoices()] == ["paid", "paid"]


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")],
)
def test_a_paused_collection_makes_invoices_that_nobody_pays_until_it_resumes(
    reader: Reader, behavior: str, status: str
) -> None:
    subscription = standing_gift(reader)
    resumes_at = moment("2027-03-15T00:00:00")
    _update(
        reader,
        subscription,
        pause_collection={"behavior": behavior, "resumes_at": resumes_at},
    )
    reader.advance_to("2027-03-10T00:00:00")
    assert reader.invoices()[-1]["status"] == status
    assert subscription["status"] == "active"
    assert reader.events("invoice.upcoming") == []
    assert len(reader.events("charge.succeeded")) == 1

    reader.advance_to("2027-04-01T00:00:00")
    assert subscription["pause_collection"] is None
    assert reader.invoices()[-1]["status"] == "paid"
    assert [day(event["created"]) for event in reader.events("invoice.upcoming")] == ["2027-03-24"]
    resumed = [e for e in reader.events("customer.subscription.updated")
               if "pause_collection" in e["data"]["previous_attributes"]][-1]  # fmt: skip
    assert resumed["created"] == resumes_at


def test_a_moment_to_end_can_be_taken_back(reader: Reader) -> None:
    subscription = standing_gift(reader)
    tomorrow = reader.engine.now() + 24 * 3600
    _update(reader, subscription, cancel_at=tomorrow, proration_behavior="none")
    assert subscription["cancellation_details"]["reason"] == "cancellation_requested"
    _update(reader, subscription, cancel_at="")
    reader.advance(days=2)
    assert subscription["status"] == "active"
    assert subscription["cancellation_details"]["reason"] is None

    soon = reader.engine.now() + 3600
    _update(reader, subscription, cancel_at=soon, proration_behavior="none")
    reader.advance(days=1)
    assert (subscription["status"], subscription["ended_at"]) == ("canceled", soon)


def test_the_words_of_a_cancellation_can_be_added_after_it(reader: Reader) -> None:
    subscription = standing_gift(reader)
    subscriptions.cancel(reader.engine, {}, subscription["id"])
    _update(reader, subscription, cancellation_details={"feedback": "unused"}, metadata={"a": "b"})
    assert subscription["cancellation_details"] == {
        "comment": None,
        "feedback": "unused",
        "reason": "cancellation_requested",
    }
    with pytest.raises(StripeRefusal, match="can only update"):
        _update(reader, subscription, description="again")


@pytest.mark.parametrize("retries", [True, False])
def test_an_open_invoice_outlives_its_subscription_as_the_setting_says(
    reader: Reader, retries: bool
) -> None:
    subscription = standing_gift(reader)
    reader.engine.settings["retry_after_cancel"] = retries
    _update(reader, subscription, default_payment_method=reader.card(DECLINED)["id"])
    reader.advance_to("2027-03-02T09:00:00")
    failures = len(reader.events("invoice.payment_failed"))
    subscriptions.cancel(reader.engine, {}, subscription["id"])
    reader.advance(days=30)
    assert reader.invoices()[-1]["status"] == "open"
    assert len(reader.events("invoice.payment_failed")) == (7 if retries else failures)


def test_a_draft_moves_no_more_once_its_subscription_is_cancelled(reader: Reader) -> None:
    subscription = standing_gift(reader)
    reader.advance_to("2027-02-28T09:30:00")
    subscriptions.cancel(reader.engine, {}, subscription["id"])
    reader.advance(days=30)
    assert (reader.invoices()[-1]["status"], len(reader.invoices())) == ("draft", 2)
    assert len(reader.events("charge.succeeded")) == 1


def test_a_subscription_made_by_hand_is_collected_at_once(reader: Reader) -> None:
    subscription = _create(reader, "4242424242424242")
    assert subscription["status"] == "active"
    [invoice] = reader.invoices()
    assert (invoice["status"], invoice["billing_reason"]) == ("paid", "subscription_create")
    reader.advance(days=29)
    assert len(reader.invoices()) == 2


def test_a_declined_first_payment_leaves_it_incomplete_and_then_expired(reader: Reader) -> None:
    subscription = _create(reader, DECLINED)
    [invoice] = reader.invoices()
    assert (subscription["status"], invoice["status"]) == ("incomplete", "open")
    assert invoice["next_payment_attempt"] is None
    reader.advance(seconds=23 * 3600)
    assert (subscription["status"], invoice["status"]) == ("incomplete_expired", "void")
    reader.advance(days=60)
    assert len(reader.invoices()) == 1


def test_an_error_if_incomplete_leaves_no_subscription_behind(reader: Reader) -> None:
    with pytest.raises(StripeRefusal) as refused:
        _create(reader, DECLINED, payment_behavior="error_if_incomplete")
    assert refused.value.status == 402
    assert reader.invoices() == []
    assert reader.events("customer.subscription.created") == []
    made = _create(reader, "4242424242424242", payment_behavior="error_if_incomplete")
    assert (made["status"], reader.invoices()[-1]["status"]) == ("active", "paid")


def test_a_default_incomplete_waits_for_its_payer(reader: Reader) -> None:
    subscription = _create(reader, "4242424242424242", payment_behavior="default_incomplete")
    assert subscription["status"] == "incomplete"
    assert len(reader.events("payment_intent.created")) == 1
    assert reader.events("charge.succeeded") == []


def test_an_imported_plan_pays_nothing_until_its_anchor(reader: Reader) -> None:
    anchor = moment("2027-02-15T08:00:00")
    subscription = _create(
        reader, "4242424242424242", billing_cycle_anchor=anchor, proration_behavior="none"
    )
    assert (subscription["status"], subscription["latest_invoice"]) == ("active", None)
    assert reader.invoices() == []
    reader.advance_to("2027-02-15T09:00:00")
    assert [invoice["status"] for invoice in reader.invoices()] == ["paid"]
    assert _period(subscription) == ("2027-02-15", "2027-03-15")


def test_a_trial_that_ends_without_a_method_pauses_if_it_was_told_to(reader: Reader) -> None:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = _create(reader, trial_period_days=14, trial_settings=settings)
    assert (subscription["status"], len(reader.invoices())) == ("trialing", 1)
    reader.advance(days=90)
    assert subscription["status"] == "paused"
    assert reader.types()[-2:] == ["customer.subscription.updated", "customer.subscription.paused"]
    assert len(reader.invoices()) == 1

    _update(reader, subscription, default_payment_method=reader.card()["id"])
    subscription_pauses.resume(reader.engine, {}, subscription["id"])
    assert subscription["status"] == "active"
    assert len(reader.events("customer.subscription.resumed")) == 1
    assert reader.invoices()[-1]["status"] == "paid"
    assert _period(subscription) == ("2027-05-01", "2027-06-01")


def test_a_whole_pause_bills_nothing_and_resumes_in_the_old_rhythm(reader: Reader) -> None:
    subscription = standing_gift(reader)
    with pytest.raises(StripeRefusal, match="prorations"):
        subscription_pauses.pause(reader.engine, {}, subscription["id"])
    unused = {"bill_for": {"unused_time_from": {"type": "none"}}}
    subscription_pauses.pause(reader.engine, unused, subscription["id"])
    reader.advance_to("2027-04-10T00:00:00")
    assert (subscription["status"], len(reader.invoices())) == ("paused", 1)
    keep = {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
    subscription_pauses.resume(reader.engine, keep, subscription["id"])
    assert (subscription["status"], len(reader.invoices())) == ("active", 1)
    reader.advance_to("2027-04-30T10:00:00")
    assert reader.invoices()[-1]["status"] == "paid"
    assert _period(subscription) == ("2027-04-30", "2027-05-31")


def test_a_resumption_that_nobody_pays_is_voided_and_the_pause_goes_on(reader: Reader) -> None:
    subscription = standing_gift(reader)
    unused = {"bill_for": {"unused_time_from": {"type": "none"}}}
    subscription_pauses.pause(reader.engine, unused, subscription["id"])
    later = {"payment_behavior": "resume_on_payment_success"}
    subscription_pauses.resume(reader.engine, later, subscription["id"])
    assert (subscription["status"], reader.invoices()[-1]["status"]) == ("paused", "open")
    reader.advance(days=1)
    assert (subscription["status"], reader.invoices()[-1]["status"]) == ("paused", "void")
