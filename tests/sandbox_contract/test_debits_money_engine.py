"""What bank debits do to the balance: payments, their refunds, their disputes, and debits taken back."""

import pytest

from tests.sandbox.engine import bank_debits, disputes, refunds
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox_contract.money_stories import (
    advance,
    debit_in_engine,
    event_types,
    held,
    moved,
    rows,
)


@pytest.fixture
def engine(engine: Account) -> Account:
    engine.store.put({**engine.settings, "payout_interval": "manual"})
    return engine


def test_a_debit_that_came_through_is_a_payment_with_a_fee_of_its_own(engine: Account) -> None:
    charge = debit_in_engine(engine, 2000)
    assert rows(engine) == []
    advance(engine, days=7)
    (row,) = rows(engine)
    assert (row["type"], row["reporting_category"]) == ("payment", "charge")
    assert (row["amount"], row["fee"], row["source"]) == (2000, 35, charge["id"])


def test_a_debit_is_refunded_only_once_it_has_come_through(engine: Account) -> None:
    charge = debit_in_engine(engine, 2000)
    with pytest.raises(StripeRefusal, match="no successful charge"):
        refunds.create(engine, {"charge": charge["id"]})
    advance(engine, days=7)
    refund = refunds.create(engine, {"charge": charge["id"], "amount": 500})
    assert refund["id"].startswith("pyr_")
    row = rows(engine)[-1]
    assert (row["type"], row["reporting_category"]) == ("payment_refund", "refund")
    assert (row["net"], row["description"]) == (-500, "REFUND FOR PAYMENT (Gift)")


def test_a_debit_that_is_disputed_is_lost_as_it_opens(engine: Account) -> None:
    charge = debit_in_engine(engine, 2000, "pm_disputed_de")
    advance(engine, days=7)
    (dispute,) = engine.store.oldest_first("dispute", {"charge": charge["id"]})
    assert (dispute["status"], dispute["is_charge_refundable"]) == ("lost", False)
    assert (dispute["payment_method_details"], dispute["evidence_details"]["due_by"]) == (None, 0)
    prefix = "charge.dispute."
    told = [t.removeprefix(prefix) for t in event_types(engine) if t.startswith(prefix)]
    assert told == ["created", "funds_withdrawn", "updated", "closed"]
    with pytest.raises(StripeRefusal, match="banks of cards inquire"):
        disputes.open_dispute(engine, _settled(engine), inquiry=True)


def test_a_debit_taken_back_returns_what_it_brought_and_keeps_its_fee(engine: Account) -> None:
    charge = debit_in_engine(engine, 2000)
    advance(engine, days=7)
    bank_debits.fail_late(engine, charge["id"])
    row = rows(engine)[-1]
    assert (row["type"], row["reporting_category"]) == ("payment_failure_refund", "charge_failure")
    assert (row["net"], row["source"]) == (-2000, charge["id"])
    assert charge["failure_balance_transaction"] == row["id"]
    assert held(engine) == moved(engine) == {"eur": -35}


def test_a_debit_in_dispute_is_not_taken_back_as_well(engine: Account) -> None:
    charge = debit_in_engine(engine, 2000, "pm_disputed_de")
    advance(engine, days=7)
    with pytest.raises(StripeRefusal, match="neither refunded nor disputed"):
        bank_debits.fail_late(engine, charge["id"])


def _settled(engine: Account) -> str:
    charge = debit_in_engine(engine, 900)
    advance(engine, days=7)
    return str(charge["id"])
