"""A standing gift: the subscription that Checkout starts, what is done to it, and its renewals."""

from datetime import UTC, datetime
from typing import Any

import pytest
from stripe import InvalidRequestError

from tests.sandbox.client import Declined
from tests.sandbox.engine.periods import renewal
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story


def test_the_first_payment_makes_everything_and_joins_it_up(story: Story) -> None:
    session = story.paid(story.standing_gift(subscription_data={"metadata": {"plan": "r1"}}))
    subscription = checked(
        story.client.v1.subscriptions.retrieve(
            str(session.subscription), {"expand": ["latest_invoice"]}
        )
    )
    expand = ["payments.data.payment.payment_intent", "confirmation_secret"]
    invoice = checked(story.client.v1.invoices.retrieve(str(session.invoice), {"expand": expand}))
    payment = invoice["payments"]["data"][0]
    intent = payment["payment"]["payment_intent"]
    item = subscription["items"]["data"][0]

    assert subscription["status"] == "active"
    assert subscription["metadata"] == {"plan": "r1"}
    assert subscription["latest_invoice"]["id"] == invoice["id"]
    assert subscription["billing_mode"]["type"] == "flexible"
    assert item["current_period_end"] == renewal(
        item["current_period_start"], interval="month", count=1, number=1
    )
    assert invoice["status"] == "paid"
    assert invoice["billing_reason"] == "subscription_create"
    assert invoice["parent"]["subscription_details"]["subscription"] == subscription["id"]
    assert invoice["parent"]["subscription_details"]["metadata"] == {"plan": "r1"}
    assert (
        invoice["lines"]["data"][0]["parent"]["subscription_item_details"]["subscription_item"]
        == item["id"]
    )
    assert (payment["status"], payment["amount_paid"], payment["invoice"]) == (
        "paid",
        500,
        invoice["id"],
    )
    assert intent["status"] == "succeeded"
    assert intent["customer"] == invoice["customer"] == subscription["customer"] == session.customer
    assert intent["setup_future_usage"] == "off_session"

    method = checked(
        story.client.v1.payment_methods.retrieve(subscription["default_payment_method"])
    )
    assert method["customer"] == session.customer
    by_intent = {"payment": {"type": "payment_intent", "payment_intent": intent["id"]}}
    found = story.client.v1.invoice_payments.list(by_intent)  # type: ignore[arg-type]
    assert [p.id for p in found.data] == [payment["id"]]


def test_the_events_of_a_first_payment(story: Story) -> None:
    session = story.standing_gift()
    before = len(story.types())
    story.account.pay(session.id)
    assert story.types()[before:] == [
        "payment_intent.created",
        "customer.created",
        "payment_method.attached",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.created",
        "invoice.finalized",
        "customer.subscription.created",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_a_month_later_the_standing_gift_is_collected_again(story: Story) -> None:
    session = story.paid(story.standing_gift())
    story.account.advance(days=32)
    invoices = checked(story.client.v1.invoices.list({"subscription": str(session.subscription)}))
    assert [invoice["billing_reason"] for invoice in invoices["data"]] == [
        "subscription_cycle",
        "subscription_create",
    ]
    assert {invoice["status"] for invoice in invoices["data"]} == {"paid"}
    [upcoming] = story.account.events("invoice.upcoming")
    assert "id" not in upcoming["data"]["object"]
    charges = story.client.v1.charges.list({"customer": str(session.customer)})
    assert [charge.amount for charge in charges.data] == [500, 500]


def test_a_declined_or_abandoned_checkout_leaves_no_subscription_behind(story: Story) -> None:
    session = story.standing_gift()
    with pytest.raises(Declined):
        story.account.pay(session.id, card="4000000000000002")
    story.client.v1.checkout.sessions.expire(session.id)
    assert story.client.v1.subscriptions.list({"status": "all"}).data == []
    assert story.client.v1.customers.list().data == []
    assert story.client.v1.invoices.list().data == []


def test_amount_changes_from_the_next_invoice_and_the_item_stays_one(story: Story) -> None:
    session = story.paid(story.standing_gift())
    subscription = story.client.v1.subscriptions.retrieve(str(session.subscription))
    item = subscription["items"].data[0]
    price_data: Any = {
        "currency": "gbp",
        "product": story.product,
        "unit_amount": 900,
        "recurring": {"interval": "month"},
    }
    change: Any = {
        "items": [{"id": item.id, "price_data": price_data}],
        "proration_behavior": "none",
    }
    changed = checked(story.client.v1.subscriptions.update(subscription.id, change))
    assert [i["price"]["unit_amount"] for i in changed["items"]["data"]] == [900]
    event = story.account.events("customer.subscription.updated")[0]
    assert event["data"]["previous_attributes"]["items"]["data"][0]["price"]["unit_amount"] == 500


def test_pausing_shows_on_the_subscription_and_resuming_clears_it(story: Story) -> None:
    subscription_id = str(story.paid(story.standing_gift()).subscription)
    update = story.client.v1.subscriptions.update
    paused = update(
        subscription_id, {"pause_collection": {"behavior": "void", "resumes_at": 2_000_000_000}}
    )
    assert checked(paused)["pause_collection"] == {"behavior": "void", "resumes_at": 2_000_000_000}
    assert paused.status == "active"
    assert update(subscription_id, {"pause_collection": ""}).pause_collection is None


def test_ending_at_the_period_end_can_be_taken_back_but_cancelling_cannot(story: Story) -> None:
    subscription_id = str(story.paid(story.standing_gift()).subscription)
    subscriptions = story.client.v1.subscriptions
    ending = subscriptions.update(subscription_id, {"cancel_at_period_end": True})
    assert ending.cancel_at == ending["items"].data[0].current_period_end
    assert subscriptions.update(subscription_id, {"cancel_at_period_end": False}).cancel_at is None

    cancelled = subscriptions.cancel(
        subscription_id, {"cancellation_details": {"feedback": "too_expensive"}}
    )
    assert checked(cancelled)["status"] == "canceled"
    assert story.types()[-1] == "customer.subscription.deleted"
    assert subscriptions.list().data == []
    assert [s.id for s in subscriptions.list({"status": "canceled"}).data] == [subscription_id]
    with pytest.raises(InvalidRequestError, match="canceled subscription"):
        subscriptions.update(subscription_id, {"cancel_at_period_end": True})


def test_deleting_a_customer_cancels_what_they_pay_for_and_leaves_a_stub(story: Story) -> None:
    session = story.paid(story.standing_gift())
    deleted = story.client.v1.customers.delete(str(session.customer))
    assert deleted.deleted is True
    stub = checked(story.client.v1.customers.retrieve(str(session.customer)))
    assert stub == {"id": session.customer, "object": "customer", "deleted": True}
    assert story.client.v1.subscriptions.retrieve(str(session.subscription)).status == "canceled"
    assert story.client.v1.customers.list().data == []


def test_a_session_whose_customer_was_deleted_cannot_be_paid(story: Story) -> None:
    customer = story.client.v1.customers.create({"email": "gone@example.org"})
    session = story.standing_gift(customer=customer.id)
    story.client.v1.customers.delete(customer.id)
    with pytest.raises(Declined, match="was deleted"):
        story.account.pay(session.id)
    assert story.client.v1.charges.list().data == []


@pytest.mark.parametrize(
    ("start", "interval", "number", "expected"),
    [
        ("2027-01-31", "month", 1, "2027-02-28"),
        ("2027-01-31", "month", 2, "2027-03-31"),
        ("2028-01-31", "month", 1, "2028-02-29"),
        ("2028-02-29", "year", 1, "2029-02-28"),
        ("2028-02-29", "year", 4, "2032-02-29"),
        ("2026-12-15", "month", 1, "2027-01-15"),
        ("2026-12-30", "week", 1, "2027-01-06"),
    ],
)
def test_a_renewal_keeps_the_day_of_its_anchor_where_the_month_has_it(
    start: str, interval: str, number: int, expected: str
) -> None:
    anchor = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp())
    moment = renewal(anchor, interval=interval, count=1, number=number)
    assert datetime.fromtimestamp(moment, UTC).date().isoformat() == expected


def _saved_card(story: Story) -> tuple[str, str]:
    """A customer and the card that a first gift left with them."""
    session = story.paid(story.standing_gift())
    subscription = story.client.v1.subscriptions.retrieve(str(session.subscription))
    return str(session.customer), str(subscription.default_payment_method)


def _made_by_hand(story: Story, **params: Any) -> Any:
    customer, card = _saved_card(story)
    price_data = {
        "currency": "gbp",
        "product": story.product,
        "unit_amount": 800,
        "recurring": {"interval": "month"},
    }
    given: Any = {
        "customer": customer,
        "default_payment_method": card,
        "items": [{"price_data": price_data}],
        "metadata": {"plan": "r2"},
        "off_session": True,
        **params,
    }
    return story.client.v1.subscriptions.create(given)


def test_a_subscription_can_be_made_for_a_customer_whose_card_is_known(story: Story) -> None:
    made = checked(_made_by_hand(story, expand=["latest_invoice.payments"]))
    assert (made["status"], made["metadata"]) == ("active", {"plan": "r2"})
    assert made["latest_invoice"]["payments"]["data"][0]["status"] == "paid"
    anchor = made["created"] + 10 * 86400
    later = checked(_made_by_hand(story, billing_cycle_anchor=anchor, proration_behavior="none"))
    assert (later["latest_invoice"], later["billing_cycle_anchor"]) == (None, anchor)
    trial = checked(_made_by_hand(story, trial_period_days=7))
    assert trial["status"] == "trialing"
    with pytest.raises(InvalidRequestError, match="in the future"):
        _made_by_hand(story, trial_end=1_000_000_000)
    with pytest.raises(InvalidRequestError, match="customer"):
        story.client.v1.subscriptions.create({"items": [{"price": "price_x"}]})


def test_a_subscription_is_paused_and_resumed_by_its_own_endpoints(story: Story) -> None:
    made = _made_by_hand(story)
    unused: Any = {"bill_for": {"unused_time_from": {"type": "none"}}}
    assert checked(story.client.v1.subscriptions.pause(made.id, unused))["status"] == "paused"
    assert checked(story.client.v1.subscriptions.resume(made.id))["status"] == "active"
    types = [event for event in story.types() if event.startswith("customer.subscription.")]
    assert "customer.subscription.paused" in types
    assert types[-1] == "customer.subscription.resumed"


def test_items_have_endpoints_of_their_own(story: Story) -> None:
    made = _made_by_hand(story)
    items = story.client.v1.subscription_items
    [listed] = checked(items.list({"subscription": made.id}))["data"]
    assert checked(items.retrieve(listed["id"])) == listed
    changed = items.update(listed["id"], {"quantity": 2, "proration_behavior": "none"})
    assert checked(changed)["quantity"] == 2
    assert story.client.v1.subscriptions.retrieve(made.id)["items"].data[0].quantity == 2


def test_a_trial_moves_the_date_of_a_running_subscription(story: Story) -> None:
    made = _made_by_hand(story)
    moved: Any = {"trial_end": made.created + 20 * 86400, "proration_behavior": "none"}
    changed = checked(story.client.v1.subscriptions.update(made.id, moved))
    assert (changed["status"], changed["trial_end"]) == ("trialing", moved["trial_end"])
    story.account.advance(days=21)
    latest = story.client.v1.subscriptions.retrieve(made.id, {"expand": ["latest_invoice"]})
    assert (latest.status, latest.latest_invoice.amount_paid) == ("active", 800)  # type: ignore[union-attr]
