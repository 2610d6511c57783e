"""Payouts and what else moves the balance, through stripe-python."""

import pytest
from stripe import InvalidRequestError

from tests.sandbox.client import SandboxAccount
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story
from tests.sandbox_contract.test_refunds import charge_of

DAY = 24 * 3600


@pytest.fixture
def paid_by_hand(account: SandboxAccount) -> None:
    account.configure(payout_interval="manual")


def test_an_automatic_payout_lists_exactly_what_it_took(story: Story) -> None:
    charge = charge_of(story)
    story.client.v1.refunds.create({"charge": charge, "amount": 300})
    charge_of(story, 2000)
    story.account.advance(days=8)
    [payout] = checked(story.client.v1.payouts.list({"status": "paid"}))["data"]
    listed = checked(
        story.client.v1.balance_transactions.list(
            {"payout": payout["id"], "expand": ["data.source"], "limit": 100}
        )
    )["data"]
    own = [row for row in listed if row["source"]["object"] == "payout"]
    assert [row["id"] for row in own] == [payout["balance_transaction"]]
    assert sum(row["net"] for row in listed) == 0
    assert payout["amount"] == 1457 - 300 + 1950
    assert payout["reconciliation_status"] == "completed"
    assert payout["trace_id"]["status"] == "supported"
    told = [type_ for type_ in story.types() if type_.startswith("payout.")]
    assert told == [
        "payout.created",
        "payout.reconciliation_completed",
        "payout.updated",
        "payout.paid",
        "payout.updated",
    ]


def test_payouts_are_found_by_state_arrival_and_destination(story: Story) -> None:
    charge_of(story)
    [made] = story.account.pay_out()
    listed = story.client.v1.payouts.list
    arrival = made["arrival_date"]
    assert checked(listed({"arrival_date": arrival}))["data"][0]["id"] == made["id"]
    for bounds, found in (
        ({"gte": arrival, "lt": arrival + DAY}, 1),
        ({"gt": arrival}, 0),
        ({"lte": arrival}, 1),
        ({"lt": arrival}, 0),
    ):
        assert len(listed({"arrival_date": bounds}).data) == found  # type: ignore[typeddict-item]
    assert len(listed({"destination": str(made["destination"])}).data) == 1
    assert listed({"status": "failed"}).data == []


def test_a_payout_keeps_metadata_and_cannot_be_reversed(story: Story) -> None:
    charge_of(story)
    [made] = story.account.pay_out()
    update = story.client.v1.payouts.update
    assert checked(update(made["id"], {"metadata": {"book": "4"}}))["metadata"] == {"book": "4"}
    shown = checked(
        story.client.v1.payouts.retrieve(made["id"], {"expand": ["balance_transaction"]})
    )
    assert shown["balance_transaction"]["net"] == -made["amount"]
    with pytest.raises(InvalidRequestError, match="connected accounts"):
        story.client.v1.payouts.reverse(made["id"])
    with pytest.raises(InvalidRequestError, match="still pending"):
        story.client.v1.payouts.cancel(made["id"])


def test_a_failed_payout_comes_back_and_its_retry_refers_to_the_failure_only(story: Story) -> None:
    charge_of(story)
    [failed] = story.account.pay_out(fail=True)
    shown = checked(
        story.client.v1.payouts.retrieve(failed["id"], {"expand": ["failure_balance_transaction"]})
    )
    assert (shown["status"], shown["failure_code"]) == ("failed", "account_closed")
    came_back = shown["failure_balance_transaction"]
    assert (came_back["type"], came_back["reporting_category"]) == (
        "payout_failure",
        "payout_reversal",
    )
    story.account.advance(days=2)
    retried = story.client.v1.payouts.list({"limit": 1}).data[0]
    assert retried.id != failed["id"]
    rows = story.client.v1.balance_transactions.list({"payout": retried.id}).data
    assert {row.id for row in rows} == {came_back["id"], str(retried.balance_transaction)}


def test_a_payout_on_its_way_fails_on_demand(story: Story) -> None:
    charge_of(story)
    story.account.advance(days=3)
    payout = story.client.v1.payouts.list().data[0]
    failed = story.account.fail_payout(payout.id, "no_account")
    assert (failed["status"], failed["failure_code"]) == ("failed", "no_account")
    assert story.types()[-1] == "payout.failed"
    with pytest.raises(RuntimeError, match="cannot fail"):
        story.account.fail_payout(payout.id)


@pytest.mark.usefixtures("paid_by_hand")
def test_a_payout_by_hand_is_made_and_cancelled(story: Story) -> None:
    charge_of(story)
    story.account.advance(days=3)
    create = story.client.v1.payouts.create
    made = checked(
        create(
            {
                "amount": 1000,
                "currency": "gbp",
                "description": "For the rent",
                "statement_descriptor": "RENT",
                "metadata": {"book": "5"},
            }
        )
    )
    assert (made["automatic"], made["status"]) == (False, "pending")
    with pytest.raises(InvalidRequestError, match="only be filtered on automatic"):
        story.client.v1.balance_transactions.list({"payout": made["id"]})
    cancelled = checked(story.client.v1.payouts.cancel(made["id"]))
    assert cancelled["status"] == "canceled"
    assert story.types()[-1] == "payout.canceled"
    there = story.client.v1.balance.retrieve().available[0]
    assert there.amount == 1457


@pytest.mark.usefixtures("paid_by_hand")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"amount": 1458}, "insufficient funds"),
        ({"amount": 0}, "positive integer"),
        ({"amount": 100, "method": "instant"}, "no instant payouts"),
        ({"amount": 100, "source_type": "fpx"}, "source type"),
        ({"amount": 100, "statement_descriptor": "x" * 23}, "22 characters"),
        ({"amount": 100, "destination": "ba_1"}, "destination"),
    ],
)
def test_a_payout_that_cannot_be_is_refused(
    story: Story, asked: dict[str, object], said: str
) -> None:
    charge_of(story)
    story.account.advance(days=3)
    with pytest.raises(InvalidRequestError, match=said):
        story.client.v1.payouts.create({"currency": "gbp", **asked})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("settings", "schedule"),
    [
        ({}, {"delay_days": 2, "interval": "daily"}),
        (
            {"payout_interval": "weekly", "payout_weekday": "friday", "settlement_days": 7},
            {
                "delay_days": 7,
                "interval": "weekly",
                "weekly_anchor": "friday",
                "weekly_payout_days": ["friday"],
            },
        ),
        (
            {"payout_interval": "monthly", "payout_monthday": 15},
            {
                "delay_days": 2,
                "interval": "monthly",
                "monthly_anchor": 15,
                "monthly_payout_days": [15],
            },
        ),
    ],
)
def test_the_account_shows_its_payout_schedule(
    story: Story, settings: dict[str, object], schedule: dict[str, object]
) -> None:
    story.account.configure(**settings)
    shown = checked(story.client.v1.accounts.retrieve_current())
    assert shown["settings"]["payouts"]["schedule"] == schedule


def test_money_is_held_back_let_go_and_billed(story: Story) -> None:
    charge_of(story)
    held = story.account.reserve(500, "gbp")
    story.account.release_reserve(held["id"], 200)
    story.account.bill(77, "gbp", "Visa assessments", category="network_cost")
    listed = checked(
        story.client.v1.balance_transactions.list({"expand": ["data.source"], "limit": 3})
    )["data"]
    assert [(row["type"], row["reporting_category"], row["net"]) for row in listed] == [
        ("stripe_fee", "network_cost", -77),
        ("reserve_release", "risk_reserved_funds", 200),
        ("reserve_hold", "risk_reserved_funds", -500),
    ]
    assert listed[1]["source"]["object"] == "reserve_transaction"


def test_the_money_of_one_test_card_waits_for_no_settlement_day(story: Story) -> None:
    charge_of(story, 2000, card="4000000000000077")
    assert story.client.v1.balance.retrieve().available[0].amount == 1950
    assert "balance.available" in story.types()
    made = story.client.v1.payouts.create({"amount": 1100, "currency": "gbp"})
    assert made.status == "pending"


def test_a_top_up_lifts_the_balance_when_it_arrives(story: Story) -> None:
    topups = story.client.v1.topups
    made = checked(topups.create({"amount": 2000, "currency": "gbp", "description": "More"}))
    assert (made["status"], made["balance_transaction"]) == ("pending", None)
    changed = checked(topups.update(made["id"], {"metadata": {"book": "6"}}))
    assert changed["metadata"] == {"book": "6"}
    story.account.configure(payout_interval="manual")
    story.account.advance(days=4)
    arrived = checked(topups.retrieve(made["id"], {"expand": ["balance_transaction"]}))
    assert arrived["status"] == "succeeded"
    row = arrived["balance_transaction"]
    assert (row["type"], row["reporting_category"], row["net"]) == ("topup", "topup", 2000)
    assert story.client.v1.balance.retrieve().available[0].amount == 2000
    other = topups.create({"amount": 5, "currency": "gbp"})
    assert checked(topups.cancel(other.id))["status"] == "canceled"
    with pytest.raises(InvalidRequestError, match="still pending"):
        topups.cancel(other.id)
    assert len(checked(topups.list({"status": "canceled"}))["data"]) == 1
    told = [type_ for type_ in story.types() if type_.startswith("topup.")]
    assert told == ["topup.created", "topup.succeeded", "topup.created", "topup.canceled"]


def test_a_foreign_charge_settles_in_the_default_currency(story: Story) -> None:
    story.account.configure(settlement_currencies=["gbp"])
    story.paid(story.gift(2000, "usd"))
    [row] = checked(story.client.v1.balance_transactions.list())["data"]
    assert row["currency"] == "gbp"
    assert abs(row["amount"] - 2000 * row["exchange_rate"]) <= 1
    assert len(row["fee_details"]) == 2
