"""Payouts in the engine: what they take, when they are made, and what becomes of one that fails."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.sandbox.engine import disputes, funds, payouts, refunds
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.money_stories import (
    DAY,
    advance,
    event_types,
    held,
    moved,
    pay_in_engine,
    rows,
)


def all_payouts(engine: Account) -> list[Document]:
    return list(engine.store.oldest_first("payout", {}))


def rows_of(engine: Account, payout: Document) -> list[Document]:
    """What was paid out, without the payout's own row."""
    own = payout["balance_transaction"]
    return [row for row in rows(engine, payout=payout["id"]) if row["id"] != own]


def configure(engine: Account, **settings: object) -> None:
    engine.store.put({**engine.settings, **settings})


def payout_events(engine: Account) -> list[str]:
    return [t.removeprefix("payout.") for t in event_types(engine) if t.startswith("payout.")]


def test_each_currency_is_paid_out_on_its_own_in_the_night_it_becomes_available(
    engine: Account,
) -> None:
    pay_in_engine(engine, 1500)
    pay_in_engine(engine, 1000, "eur")
    advance(engine, days=8)
    made = {payout["currency"]: payout for payout in all_payouts(engine)}
    assert {c: p["amount"] for c, p in made.items()} == {"gbp": 1457, "eur": 960}
    assert all(p["automatic"] and p["status"] == "paid" for p in made.values())
    assert held(engine) == moved(engine) == Counter()


def test_a_payout_goes_through_its_states_and_tells_of_each(engine: Account) -> None:
    pay_in_engine(engine, 1500)
    advance(engine, days=9)
    assert payout_events(engine) == [
        "created",
        "reconciliation_completed",
        "updated",
        "paid",
        "updated",
    ]
    (payout,) = all_payouts(engine)
    assert payout["reconciliation_status"] == "completed"
    assert payout["trace_id"]["status"] == "supported"
    arrival = datetime.fromtimestamp(payout["arrival_date"], UTC)
    assert arrival.weekday() < 5
    assert payout["arrival_date"] % DAY == 0
    assert payout["arrival_date"] > payout["created"]


def test_what_a_payout_took_sums_to_the_payout(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    pay_in_engine(engine, 4000)
    refunds.create(engine, {"charge": charge["id"], "amount": 300})
    advance(engine, days=3)
    (payout,) = all_payouts(engine)
    assert sum(row["net"] for row in rows_of(engine, payout)) == payout["amount"]
    own = engine.store.get("balance_transaction", payout["balance_transaction"])
    assert own
    assert (own["type"], own["net"], own["_payout"]) == ("payout", -payout["amount"], payout["id"])


def test_a_failed_payout_is_retried_as_a_new_one_that_refers_only_to_the_failure(
    engine: Account,
) -> None:
    pay_in_engine(engine, 1500)
    funds.make_all_available(engine)
    (failed,) = payouts.pay_out(engine, fail=True)
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert payout_events(engine)[-2:] == ["paid", "failed"]
    assert held(engine) == {"gbp": 1457}
    advance(engine, days=2)
    _, retried = all_payouts(engine)
    (row,) = rows_of(engine, retried)
    assert row["id"] == failed["failure_balance_transaction"]
    assert (row["type"], row["reporting_category"]) == ("payout_failure", "payout_reversal")
    assert row["source"] == failed["id"]
    assert retried["amount"] == failed["amount"] == 1457


def test_a_payout_that_seemed_paid_may_fail_days_later(engine: Account) -> None:
    pay_in_engine(engine, 1500)
    advance(engine, days=9)
    (payout,) = all_payouts(engine)
    assert payout["status"] == "paid"
    payouts.fail_payout(engine, payout["id"], code="no_account")
    assert payout["failure_message"] == "The bank account could not be found."
    with pytest.raises(StripeRefusal, match="its status is failed"):
        payouts.fail_payout(engine, payout["id"])


def test_a_balance_below_zero_waits_for_money_unless_the_bank_may_be_debited(
    engine: Account,
) -> None:
    charge = pay_in_engine(engine, 1500)
    advance(engine, days=3)
    disputes.open_dispute(engine, charge["id"])
    advance(engine, days=3)
    assert [payout["amount"] for payout in all_payouts(engine)] == [1457]
    assert held(engine) == {"gbp": -3500}
    pay_in_engine(engine, 6000)
    advance(engine, days=3)
    assert all_payouts(engine)[-1]["amount"] == 6000 - 110 - 3500
    configure(engine, debit_negative_balances=True)
    refunds.create(engine, {"charge": pay_in_engine(engine, 50)["id"]})
    advance(engine, days=3)
    assert all_payouts(engine)[-1]["amount"] == -21
    assert held(engine) == moved(engine) == Counter()


def test_a_balance_below_the_minimum_waits(engine: Account) -> None:
    configure(engine, payout_minimums={"gbp": 2000})
    pay_in_engine(engine, 1500)
    advance(engine, days=3)
    assert all_payouts(engine) == []
    pay_in_engine(engine, 1500)
    advance(engine, days=3)
    assert [payout["amount"] for payout in all_payouts(engine)] == [2 * 1457]


@pytest.mark.parametrize(
    ("settings", "day"),
    [
        ({"payout_interval": "weekly", "payout_weekday": "thursday"}, lambda d: d.weekday() == 3),
        ({"payout_interval": "monthly", "payout_monthday": 31}, lambda d: d.day >= 28),
    ],
)
def test_payouts_wait_for_the_day_of_the_week_or_month(engine: Account, settings, day) -> None:  # type: ignore[no-untyped-def]
    configure(engine, **settings)
    pay_in_engine(engine, 1500)
    advance(engine, days=35)
    (payout,) = all_payouts(engine)
    assert day(datetime.fromtimestamp(payout["created"], UTC))


def test_a_manual_payout_is_cancelled_only_while_it_is_pending(engine: Account) -> None:
    configure(engine, payout_interval="manual")
    pay_in_engine(engine, 1500)
    advance(engine, days=3)
    with pytest.raises(StripeRefusal) as refusal:
        payouts.create(engine, {"amount": 1458, "currency": "gbp"})
    assert refusal.value.code == "balance_insufficient"
    first = payouts.create(engine, {"amount": 1000, "currency": "gbp"})
    assert first["reconciliation_status"] == "not_applicable"
    assert payouts.cancel(engine, {}, first["id"])["status"] == "canceled"
    assert rows(engine)[-1]["type"] == "payout_cancel"
    second = payouts.create(engine, {"amount": 457, "currency": "gbp"})
    advance(engine, days=4)
    assert second["status"] == "paid"
    with pytest.raises(StripeRefusal, match="still pending"):
        payouts.cancel(engine, {}, second["id"])
    assert held(engine) == moved(engine) == {"gbp": 1000}


def test_an_automatic_payout_takes_the_rows_of_manual_ones_along(engine: Account) -> None:
    configure(engine, payout_interval="manual")
    pay_in_engine(engine, 1500)
    advance(engine, days=3)
    payouts.create(engine, {"amount": 1000, "currency": "gbp"})
    (automatic,) = payouts.pay_out(engine)
    assert automatic["amount"] == 457
    assert [row["net"] for row in rows_of(engine, automatic)] == [1457, -1000]


@pytest.mark.parametrize(("currency", "amount"), [("huf", 123456), ("twd", 98765)])
def test_banks_take_whole_units_of_some_currencies(
    engine: Account, currency: str, amount: int
) -> None:
    charge = pay_in_engine(engine, amount, currency)
    (row,) = rows(engine, source=charge["id"])
    funds.make_all_available(engine)
    (payout,) = payouts.pay_out(engine)
    assert payout["amount"] == row["net"] // 100 * 100
    assert sum(taken["net"] for taken in rows_of(engine, payout)) == payout["amount"]
    assert held(engine) == {currency: row["net"] % 100}
    with pytest.raises(StripeRefusal, match="evenly divisible by 100"):
        payouts.create(engine, {"amount": 150, "currency": currency})
