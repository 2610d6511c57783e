"""Fees and exchange in the engine: what a charge settles to, in which currency, and what it costs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.engine import account_fees, balance, disputes, refunds
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.exchange import PER_DOLLAR, convert, rate_between
from tests.sandbox.engine.fees import processing_fee
from tests.sandbox.engine.money import CURRENCIES, smallest_step
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.money_stories import DAY, advance, held, moved, pay_in_engine, rows

NOON = 1_795_780_800  # 2026-11-27, 12:00 UTC


def settling_in(engine: Account, *currencies: str, **settings: object) -> Account:
    engine.store.put({**engine.settings, "settlement_currencies": list(currencies), **settings})
    return engine


def row_of(engine: Account, source: Document) -> Document:
    (row,) = rows(engine, source=source["id"])
    return row


def test_every_currency_has_a_rate() -> None:
    assert PER_DOLLAR.keys() == CURRENCIES


@pytest.mark.parametrize(
    ("amount", "source", "target", "at_par"),
    [
        (1000, "usd", "jpy", 1540),
        (1540, "jpy", "usd", 1000),
        (100_000, "usd", "kwd", 307_000),
        (307_000, "kwd", "usd", 100_000),
        (1000, "usd", "isk", 126_000),
        (126_000, "isk", "usd", 1000),
    ],
)
def test_minor_units_follow_the_decimals_of_both_currencies(
    amount: int, source: str, target: str, at_par: int
) -> None:
    converted = convert(amount, source, target, moment=NOON)
    assert abs(converted.amount - at_par) <= at_par * 3 // 100
    assert converted.amount % smallest_step(target) == 0


def test_a_rate_holds_for_its_day_and_moves_with_the_next() -> None:
    assert rate_between("eur", "gbp", moment=NOON) == rate_between("eur", "gbp", moment=NOON + 3600)
    assert rate_between("eur", "gbp", moment=NOON) != rate_between("eur", "gbp", moment=NOON + DAY)


@given(
    amount=st.integers(1, 99_999_999),
    source=st.sampled_from(sorted(CURRENCIES)),
    target=st.sampled_from(sorted(CURRENCIES)),
    day=st.integers(0, 4000),
)
def test_a_conversion_is_its_rate_to_the_nearest_step(
    amount: int, source: str, target: str, day: int
) -> None:
    converted = convert(amount, source, target, moment=NOON + day * DAY)
    if source == target:
        assert (converted.amount, converted.rate) == (amount, None)
        return
    assert converted.rate is not None
    shift = {0: 0, 2: 2, 3: 3}
    scale = Decimal(10) ** (shift[_decimals(target)] - shift[_decimals(source)])
    assert abs(converted.amount - amount * converted.rate * scale) * 2 <= smallest_step(target)
    assert convert(-amount, source, target, moment=NOON + day * DAY).amount == -converted.amount


def _decimals(currency: str) -> int:
    if currency in {"bhd", "jod", "kwd", "omr", "tnd"}:
        return 3
    without = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
    return 0 if currency in without.split() else 2


def test_a_charge_in_a_foreign_currency_settles_in_the_default_one(engine: Account) -> None:
    settling_in(engine, "gbp", "eur")
    charge = pay_in_engine(engine, 2000, "usd")
    row, settled = row_of(engine, charge), balance.settle(engine, 2000, "usd")
    assert settled.rate
    assert (row["currency"], row["amount"]) == ("gbp", settled.amount)
    assert row["exchange_rate"] == float(settled.rate)
    assert [detail["description"] for detail in row["fee_details"]] == [
        "Stripe processing fees",
        "Stripe currency conversion fee",
    ]
    assert row["fee"] == sum(detail["amount"] for detail in row["fee_details"])
    assert row["net"] == row["amount"] - row["fee"]
    assert held(engine) == moved(engine) == {"gbp": row["net"]}


def test_a_charge_in_a_settlement_currency_is_not_converted(engine: Account) -> None:
    settling_in(engine, "gbp", "eur")
    row = row_of(engine, pay_in_engine(engine, 2000, "eur"))
    assert (row["currency"], row["amount"], row["exchange_rate"]) == ("eur", 2000, None)


def test_a_refund_converts_at_the_rate_of_its_own_day(engine: Account) -> None:
    settling_in(engine, "gbp")
    charge = pay_in_engine(engine, 200_000, "usd")
    advance(engine, days=1)
    refund = refunds.create(engine, {"charge": charge["id"]})
    came, went = row_of(engine, charge), row_of(engine, refund)
    assert went["amount"] != -came["amount"]
    assert went["exchange_rate"] != came["exchange_rate"]


def test_what_comes_back_of_a_refund_or_dispute_comes_at_the_rate_it_went(engine: Account) -> None:
    settling_in(engine, "gbp")
    charge = pay_in_engine(engine, 200_000, "usd")
    refund = refunds.create(engine, {"charge": charge["id"], "amount": 100_000})
    dispute = disputes.open_dispute(engine, charge["id"])
    advance(engine, days=4)
    refunds.fail(engine, refund["id"])
    disputes.decide(engine, dispute["id"], won=True)
    out, back = rows(engine, source=refund["id"])
    assert (back["amount"], back["exchange_rate"]) == (-out["amount"], out["exchange_rate"])
    taken, given_back = rows(engine, source=dispute["id"])
    assert given_back["amount"] == -taken["amount"]
    assert held(engine) == moved(engine)


@pytest.mark.parametrize(
    ("method", "currency", "amount", "fee"),
    [
        ("sepa_debit", "eur", 1000, 35),
        ("bacs_debit", "gbp", 1000, 20),
        ("bacs_debit", "gbp", 10_000, 100),
        ("bacs_debit", "gbp", 100_000, 400),
        ("bacs_debit", "gbp", 10, 10),
    ],
)
def test_bank_debits_have_fees_of_their_own(
    engine: Account, method: str, currency: str, amount: int, fee: int
) -> None:
    assert processing_fee(engine, method=method, currency=currency, amount=amount) == fee


def test_a_card_from_abroad_may_cost_more(engine: Account) -> None:
    engine.store.put({**engine.settings, "international_fee": 150})
    row = row_of(engine, pay_in_engine(engine, 2000))
    assert [detail["amount"] for detail in row["fee_details"]] == [50, 30]
    assert all(detail["type"] == "stripe_fee" for detail in row["fee_details"])


def test_fees_together_never_exceed_the_charge(engine: Account) -> None:
    settling_in(engine, "gbp", international_fee=9000, conversion_fee=9000)
    row = row_of(engine, pay_in_engine(engine, 1000, "usd"))
    assert (row["fee"], row["net"]) == (row["amount"], 0)


def test_monthly_fees_come_on_the_first_of_each_month(engine: Account) -> None:
    lines = [
        {"amount": 1000, "currency": "gbp", "description": "Radar"},
        {"amount": 77, "currency": "gbp", "description": "Visa", "category": "network_cost"},
    ]
    engine.store.put({**engine.settings, "monthly_fees": lines})
    pay_in_engine(engine, 5000)
    advance(engine, days=70)
    billed = rows(engine, type="stripe_fee")
    assert len(billed) in (4, 6)
    assert {row["reporting_category"] for row in billed} == {"fee", "network_cost"}
    assert {row["amount"] for row in billed} == {-1000, -77}
    assert all(row["fee"] == 0 and row["source"] is None for row in billed)
    assert held(engine) == moved(engine)


def test_a_month_without_fees_bills_nothing(engine: Account) -> None:
    account_fees.charge_monthly(engine, "account")
    assert rows(engine) == []


@pytest.mark.parametrize("kept", [1, 333, 777, 1998])
def test_what_comes_back_in_two_parts_is_all_that_went(engine: Account, kept: int) -> None:
    settling_in(engine, "gbp")
    charge = pay_in_engine(engine, 1999, "usd")
    dispute = disputes.open_dispute(engine, charge["id"])
    disputes.decide(engine, dispute["id"], won=False, lost_for=kept)
    disputes.decide(engine, dispute["id"], won=True)
    assert sum(row["amount"] for row in rows(engine, source=dispute["id"])) == 0
    assert len(rows(engine, source=dispute["id"])) == 3
