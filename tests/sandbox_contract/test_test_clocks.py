"""Stripe's test clocks: a customer's own time, moved through the API itself."""

import time
from typing import Any

import pytest
from stripe import InvalidRequestError

from tests.sandbox_contract.billing_stories import day, moment
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story

START = moment("2031-01-31T09:00:00")


@pytest.fixture
def clock(story: Story) -> str:
    made = story.client.v1.test_helpers.test_clocks.create({"frozen_time": START, "name": "A year"})
    assert checked(made)["status"] == "ready"
    return made.id


def _standing_gift_on(story: Story, clock: str) -> str:
    customer = story.client.v1.customers.create({"test_clock": clock, "email": "r@example.org"})
    assert (customer.created, customer.test_clock) == (START, clock)
    session = story.paid(story.standing_gift(customer=customer.id))
    return str(session.subscription)


def _advance(story: Story, clock: str, to: str) -> dict[str, Any]:
    clocks = story.client.v1.test_helpers.test_clocks
    started = checked(clocks.advance(clock, {"frozen_time": moment(to)}))
    assert started["status"] == "advancing"
    assert started["status_details"]["advancing"]["target_frozen_time"] == moment(to)
    return checked(clocks.retrieve(clock))


def test_what_lives_on_a_clock_moves_when_the_clock_is_advanced_and_never_before(
    story: Story, clock: str
) -> None:
    subscription_id = _standing_gift_on(story, clock)
    subscription = checked(story.client.v1.subscriptions.retrieve(subscription_id))
    assert (subscription["test_clock"], subscription["created"]) == (clock, START)
    assert day(subscription["items"]["data"][0]["current_period_end"]) == "2031-02-28"

    story.account.advance(days=20)
    invoices = story.client.v1.invoices.list({"subscription": subscription_id}).data
    assert len(invoices) == 1

    ready = _advance(story, clock, "2031-02-28T10:00:00")
    assert (ready["status"], ready["frozen_time"]) == ("ready", moment("2031-02-28T10:00:00"))
    invoices = story.client.v1.invoices.list({"subscription": subscription_id}).data
    assert [day(invoice.created) for invoice in invoices] == ["2031-02-28", "2031-01-31"]
    assert {invoice.status for invoice in invoices} == {"paid"}
    assert {invoice.test_clock for invoice in invoices} == {clock}


def test_a_clock_announces_what_it_does(story: Story, clock: str) -> None:
    _advance(story, clock, "2031-02-01T00:00:00")
    story.client.v1.test_helpers.test_clocks.delete(clock)
    types = [t for t in story.types() if t.startswith("test_helpers")]
    assert types == [
        f"test_helpers.test_clock.{t}" for t in ("created", "advancing", "ready", "deleted")
    ]


def test_deleting_a_clock_takes_its_customers_and_ends_what_they_gave(
    story: Story, clock: str
) -> None:
    subscription_id = _standing_gift_on(story, clock)
    customer = story.client.v1.subscriptions.retrieve(subscription_id).customer
    deleted = story.client.v1.test_helpers.test_clocks.delete(clock)
    assert checked(deleted) == {
        "id": clock,
        "object": "test_helpers.test_clock",
        "deleted": True,
    }
    assert story.client.v1.subscriptions.retrieve(subscription_id).status == "canceled"
    assert story.client.v1.customers.retrieve(str(customer)).deleted is True
    with pytest.raises(InvalidRequestError, match="No such test_clock"):
        story.client.v1.test_helpers.test_clocks.retrieve(clock)
    story.account.advance(days=90)
    assert len(story.client.v1.invoices.list({"subscription": subscription_id}).data) == 1


def test_lists_show_what_is_on_a_clock_only_when_it_is_named(story: Story, clock: str) -> None:
    subscription_id = _standing_gift_on(story, clock)
    elsewhere = story.client.v1.customers.create({"email": "r@example.org"})
    v1 = story.client.v1
    assert [c.id for c in v1.customers.list({"email": "r@example.org"}).data] == [elsewhere.id]
    [on_clock] = v1.customers.list({"test_clock": clock}).data
    assert v1.subscriptions.list().data == []
    assert [s.id for s in v1.subscriptions.list({"test_clock": clock}).data] == [subscription_id]
    assert [s.id for s in v1.subscriptions.list({"customer": on_clock.id}).data] == [
        subscription_id
    ]
    assert [c.id for c in checked_rows(v1.test_helpers.test_clocks.list())] == [clock]


def checked_rows(page: Any) -> list[Any]:
    checked(page)
    return list(page.data)


def test_a_clock_goes_forward_by_two_intervals_at_most(story: Story, clock: str) -> None:
    clocks = story.client.v1.test_helpers.test_clocks
    with pytest.raises(InvalidRequestError, match="after its current"):
        clocks.advance(clock, {"frozen_time": START})
    with pytest.raises(InvalidRequestError, match="two years"):
        clocks.advance(clock, {"frozen_time": moment("2034-01-01T00:00:00")})
    _standing_gift_on(story, clock)
    with pytest.raises(InvalidRequestError, match="two intervals"):
        clocks.advance(clock, {"frozen_time": moment("2031-05-01T00:00:00")})
    _advance(story, clock, "2031-03-31T09:00:00")


def test_a_clock_holds_three_customers(story: Story, clock: str) -> None:
    for _ in range(3):
        story.client.v1.customers.create({"test_clock": clock})
    with pytest.raises(InvalidRequestError, match="up to 3 customers"):
        story.client.v1.customers.create({"test_clock": clock})
    with pytest.raises(InvalidRequestError, match="No such test_clock"):
        story.client.v1.customers.create({"test_clock": "clock_none"})


def test_money_and_webhooks_keep_the_accounts_own_time(story: Story, clock: str) -> None:
    story.account.configure(payout_interval="manual")
    _standing_gift_on(story, clock)
    _advance(story, clock, "2031-02-28T10:00:00")
    transactions = story.client.v1.balance_transactions.list().data
    assert len(transactions) == 2
    assert all(abs(row.created - time.time()) < 60 for row in transactions)
    story.account.advance(days=3)
    [available] = story.client.v1.balance.retrieve().available
    assert available.amount == sum(row.net for row in transactions)


def test_a_clock_nobody_deleted_is_gone_after_a_month(story: Story, clock: str) -> None:
    story.account.advance(days=31)
    assert story.client.v1.test_helpers.test_clocks.list().data == []
