"""Refunds in the engine: their rows, their limits, and what cards and banks make of them later."""

import pytest

from tests.sandbox.engine import disputes, refunds
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.events import public
from tests.sandbox_contract.money_stories import (
    advance,
    event_types,
    held,
    moved,
    pay_in_engine,
    rows,
)

PENDS_FIRST, FAILS_LATER = "4000000000007726", "4000000000005126"


def test_a_pending_refund_succeeds_some_days_later(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=PENDS_FIRST)
    refund = refunds.create(engine, {"charge": charge["id"], "amount": 500})
    assert (refund["status"], refund["pending_reason"]) == ("pending", "processing")
    advance(engine, days=6)
    assert refund["status"] == "succeeded"
    assert "pending_reason" not in refund
    assert event_types(engine).count("refund.updated") == 1
    assert "refund.failed" not in event_types(engine)


def test_a_failing_refund_returns_its_money_to_the_balance(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=FAILS_LATER)
    refund = refunds.create(engine, {"charge": charge["id"]})
    assert (refund["status"], charge["refunded"]) == ("succeeded", True)
    advance(engine, days=6)
    assert (refund["status"], refund["failure_reason"]) == ("failed", "unknown")
    returned = engine.store.get("balance_transaction", refund["failure_balance_transaction"])
    assert returned
    assert (returned["type"], returned["reporting_category"]) == (
        "refund_failure",
        "refund_failure",
    )
    assert (returned["amount"], returned["fee"], returned["source"]) == (1500, 0, refund["id"])
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    told = [type_ for type_ in event_types(engine) if "refund." in type_]
    assert told == ["refund.created", "refund.updated", "charge.refund.updated", "refund.failed"]


def test_a_refund_fails_once_only(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    refund = refunds.create(engine, {"charge": charge["id"], "amount": 700})
    for _ in range(2):
        refunds.fail(engine, refund["id"], reason="expired_or_canceled_card")
    assert refund["failure_reason"] == "expired_or_canceled_card"
    assert len(rows(engine, type="refund_failure")) == 1
    assert held(engine) == moved(engine) == {"gbp": 1500 - 43}


def test_what_came_back_can_be_refunded_again_but_never_more_than_was_paid(
    engine: Account,
) -> None:
    charge = pay_in_engine(engine, 1500)
    refund = refunds.create(engine, {"charge": charge["id"]})
    refunds.fail(engine, refund["id"])
    refunds.create(engine, {"charge": charge["id"], "amount": 1000})
    with pytest.raises(StripeRefusal, match="greater than unrefunded amount"):
        refunds.create(engine, {"charge": charge["id"], "amount": 501})


def test_a_refund_is_cancelled_only_while_the_payer_has_to_act(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    refund = refunds.create(engine, {"charge": charge["id"]})
    with pytest.raises(StripeRefusal, match="its status is succeeded"):
        refunds.cancel(engine, {}, refund["id"])


def test_a_disputed_charge_is_not_refunded(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    disputes.open_dispute(engine, charge["id"])
    with pytest.raises(StripeRefusal) as refusal:
        refunds.create(engine, {"charge": charge["id"]})
    assert refusal.value.code == "charge_disputed"


def test_a_refund_on_its_way_fails_when_the_payer_disputes(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=PENDS_FIRST)
    refund = refunds.create(engine, {"charge": charge["id"], "amount": 500})
    dispute = disputes.open_dispute(engine, charge["id"])
    assert refund["failure_reason"] == "charge_for_pending_refund_disputed"
    assert dispute["amount"] == 1500


def test_a_partial_refund_tells_only_what_it_changed(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    refunds.create(engine, {"charge": charge["id"], "amount": 500})
    refunds.create(engine, {"charge": charge["id"]})
    told = engine.store.oldest_first("event", {"type": "charge.refunded"})
    assert [public(event)["data"]["previous_attributes"] for event in told] == [
        {"amount_refunded": 0},
        {"amount_refunded": 500, "refunded": False},
    ]
