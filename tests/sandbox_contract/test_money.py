"""Money: fees, refunds, the balance, currencies without and with three decimals."""

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe import InvalidRequestError

from tests.sandbox.engine import checkout, funds, refunds, sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.checkout_payers import Payer
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.fees import processing_fee
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.payment_methods import TypedCard
from tests.sandbox.engine.products import create_product
from tests.sandbox.timers import ACTIONS
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story


def pay_in_engine(account: Account, amount: int, currency: str = "gbp") -> dict[str, Any]:
    """The charge of a gift paid without any HTTP."""
    product = create_product(account, {"name": "Gift"})
    price_data = {"currency": currency, "product": product["id"], "unit_amount": amount}
    session = sessions.create(
        account,
        {
            "mode": "payment",
            "success_url": "https://paper.test/",
            "line_items": [{"quantity": 1, "price_data": price_data}],
        },
    )
    card = TypedCard("4242424242424242", "12", "2034", "123")
    assert checkout.submit(account, session, card, Payer("a@example.org", "")) == "complete"
    intent = account.store.get("payment_intent", session["payment_intent"])
    assert intent
    charge = account.store.get("charge", intent["latest_charge"])
    assert charge
    return charge


@pytest.mark.parametrize(
    ("currency", "amount", "fee"),
    [
        ("gbp", 1500, 43),
        ("eur", 1000, 40),
        ("usd", 1000, 59),
        ("jpy", 1000, 36),
        ("kwd", 5000, 163),
    ],
)
def test_fees_follow_the_documented_table(
    engine: Account, currency: str, amount: int, fee: int
) -> None:
    assert processing_fee(engine, method="card", currency=currency, amount=amount) == fee


def test_an_account_may_bring_its_own_fees(story: Story) -> None:
    story.account.configure(fees={"card:gbp": [200, 10]})
    story.paid(story.gift(1000))
    assert [t.fee for t in story.client.v1.balance_transactions.list().data] == [30]


def test_a_balance_transaction_is_found_by_source_type_and_expansion(story: Story) -> None:
    story.paid(story.gift())
    charge = story.client.v1.charges.list().data[0]
    listed = story.client.v1.balance_transactions.list(
        {"source": charge.id, "type": "charge", "expand": ["data.source"]}
    )
    row = checked(listed)["data"][0]
    assert row["source"]["id"] == charge.id
    assert row["fee_details"][0]["type"] == "stripe_fee"
    assert row["status"] == "pending"
    assert story.client.v1.balance_transactions.list({"payout": "po_none"}).data == []
    assert story.client.v1.balance_transactions.retrieve(row["id"]).net == row["net"]


def test_money_becomes_available_when_its_day_comes(story: Story) -> None:
    story.account.configure(payout_interval="manual")
    story.paid(story.gift(1500))
    waiting = checked(story.client.v1.balance.retrieve())
    assert (waiting["pending"][0]["amount"], waiting["available"][0]["amount"]) == (1457, 0)
    story.account.advance(days=3)
    there = checked(story.client.v1.balance.retrieve())
    assert (there["pending"][0]["amount"], there["available"][0]["amount"]) == (0, 1457)
    assert story.types()[-1] == "balance.available"
    assert story.client.v1.balance_transactions.list().data[0].status == "available"


def test_a_refund_in_part_then_the_rest_and_never_more(story: Story) -> None:
    story.paid(story.gift(1500))
    charge = story.client.v1.charges.list().data[0]
    create = story.client.v1.refunds.create
    first = checked(create({"charge": charge.id, "amount": 500, "reason": "requested_by_customer"}))
    assert (first["status"], first["amount"]) == ("succeeded", 500)
    halfway = checked(story.client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]}))
    assert (halfway["amount_refunded"], halfway["refunded"]) == (500, False)
    assert [refund["id"] for refund in halfway["refunds"]["data"]] == [first["id"]]

    with pytest.raises(
        InvalidRequestError, match=r"greater than unrefunded amount on charge \(£10.00\)"
    ):
        create({"charge": charge.id, "amount": 1001})
    create({"payment_intent": str(charge.payment_intent)})
    with pytest.raises(InvalidRequestError) as refusal:
        create({"charge": charge.id})
    assert refusal.value.code == "charge_already_refunded"
    assert story.client.v1.charges.retrieve(charge.id).refunded is True
    nets = [t.net for t in story.client.v1.balance_transactions.list({"type": "refund"}).data]
    assert nets == [-1000, -500]
    assert story.types().count("charge.refunded") == story.types().count("refund.created") == 2


@pytest.mark.parametrize(
    ("currency", "amount", "code"),
    [
        ("gbp", 29, "amount_too_small"),
        ("jpy", 49, "amount_too_small"),
        ("gbp", 0, "amount_too_small"),
        ("usd", 100_000_000, "amount_too_large"),
        ("gbp", -5, "parameter_invalid_integer"),
        ("kwd", 5001, None),
        ("isk", 250, None),
        ("xxx", 500, None),
    ],
)
def test_amounts_that_cannot_be_charged_are_refused(
    story: Story, currency: str, amount: int, code: str | None
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        story.gift(amount, currency)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("currency", "amount"), [("gbp", 30), ("jpy", 50), ("kwd", 5000), ("usd", 99_999_999)]
)
def test_the_smallest_and_the_largest_amounts_pass(
    story: Story, currency: str, amount: int
) -> None:
    assert story.gift(amount, currency).amount_total == amount


def test_amounts_are_shown_with_the_decimals_of_their_currency() -> None:
    assert [formatted(123456, c) for c in ("gbp", "jpy", "kwd", "chf")] == [
        "£1,234.56",
        "¥123,456",
        "123.456 KWD",
        "1,234.56 CHF",
    ]


@settings(max_examples=30, deadline=None)
@given(
    gifts=st.lists(st.tuples(st.integers(30, 5000), st.sampled_from(["gbp", "eur"])), max_size=4),
    shares=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6000)), max_size=6),
    days=st.integers(0, 4),
)
def test_the_balance_is_the_sum_of_its_transactions_and_no_charge_is_refunded_above_its_amount(
    gifts: list[tuple[int, str]], shares: list[tuple[int, int]], days: int
) -> None:
    account = Account("property", "http://127.0.0.1:1")
    charges = [pay_in_engine(account, max(amount, 50), currency) for amount, currency in gifts]
    for index, amount in shares:
        if index < len(charges):
            # A share above what is left is refused; the sums below must hold all the same.
            with suppress(StripeRefusal):
                refunds.create(account, {"charge": charges[index]["id"], "amount": amount})
    account.move_clock(days * 86400)
    account.run_due(ACTIONS)

    shown = funds.retrieve(account, {})
    held, moved = Counter[str](), Counter[str]()
    for part in shown["available"] + shown["pending"]:
        held[part["currency"]] += part["amount"]
    for transaction in account.store.oldest_first("balance_transaction", {}):
        moved[transaction["currency"]] += transaction["net"]
    assert held == moved  # a Counter reads a missing currency as zero
    assert all(0 <= charge["amount_refunded"] <= charge["amount"] for charge in charges)
