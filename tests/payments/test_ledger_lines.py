"""Each of Stripe's reporting categories has its accounts, and whatever comes, the lines balance."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.gateway.snapshots import FeeLine
from payments.ledger.accounts import LedgerAccount
from payments.ledger.lines import GiftShare, Line, is_suspense, lines_of, needs_gift
from tests.payments.snapshots import a_balance_transaction

GIFT = GiftShare(gift_class="monthly", fund_id=7, total=1035, fee_cover=35)
# Stripe's reporting category and type, the sign of its amount, and the account on the other side of Stripe clearing.
OF_GIFTS = (
    ("charge", "charge", 1, LedgerAccount.CONTRIBUTIONS),
    ("charge", "payment", 1, LedgerAccount.CONTRIBUTIONS),
    ("refund", "refund", -1, LedgerAccount.REFUNDS),
    ("refund", "payment_refund", -1, LedgerAccount.REFUNDS),
    ("payment_refund", "payment_refund", -1, LedgerAccount.REFUNDS),
    ("partial_capture_reversal", "refund", -1, LedgerAccount.REFUNDS),
    ("refund_failure", "refund_failure", 1, LedgerAccount.REFUNDS_PAYABLE),
    ("charge_failure", "payment_failure_refund", -1, LedgerAccount.RETURNED_DEBITS),
    ("payment_failure_refund", "payment_failure_refund", -1, LedgerAccount.RETURNED_DEBITS),
    ("a new name", "payment_failure_refund", -1, LedgerAccount.RETURNED_DEBITS),
    ("dispute", "adjustment", -1, LedgerAccount.DISPUTED_GIFTS),
    ("dispute_reversal", "adjustment", 1, LedgerAccount.DISPUTED_GIFTS),
)
OF_NO_GIFT = (
    ("fee", "stripe_fee", -1, LedgerAccount.PROCESSING_FEES),
    ("network_cost", "stripe_fee", -1, LedgerAccount.PROCESSING_FEES),
    ("stripe_fx_fee", "stripe_fx_fee", -1, LedgerAccount.PROCESSING_FEES),
    ("a new name", "stripe_fx_fee", -1, LedgerAccount.PROCESSING_FEES),
    ("payout", "payout", -1, LedgerAccount.BANK_IN_TRANSIT),
    ("payout_reversal", "payout_failure", 1, LedgerAccount.BANK_IN_TRANSIT),
    ("payout_failure", "payout_failure", 1, LedgerAccount.BANK_IN_TRANSIT),
    ("payout_cancel", "payout_cancel", 1, LedgerAccount.BANK_IN_TRANSIT),
    ("a new name", "payout_cancel", 1, LedgerAccount.BANK_IN_TRANSIT),
    ("risk_reserved_funds", "reserve_hold", -1, LedgerAccount.STRIPE_RESERVE),
    ("risk_reserved_funds", "reserve_release", 1, LedgerAccount.STRIPE_RESERVE),
    ("a new name", "payment_network_reserve_hold", -1, LedgerAccount.STRIPE_RESERVE),
    (
        "payout_minimum_balance_hold",
        "payout_minimum_balance_hold",
        -1,
        LedgerAccount.STRIPE_RESERVE,
    ),
    ("a new name", "payout_minimum_balance_release", 1, LedgerAccount.STRIPE_RESERVE),
    ("topup", "topup", 1, LedgerAccount.SUSPENSE),
    ("transfer", "transfer", -1, LedgerAccount.SUSPENSE),
    ("other_adjustment", "adjustment", -1, LedgerAccount.SUSPENSE),
    ("a new name", "a new type", 1, LedgerAccount.SUSPENSE),
)


def accounts_of(lines: list[Line]) -> dict[LedgerAccount, int]:
    totals: Counter[LedgerAccount] = Counter()
    for line in lines:
        totals[line.account] += line.amount
    return dict(totals)


def test_each_category_has_its_account() -> None:
    for category, type_, sign, account in (*OF_GIFTS, *OF_NO_GIFT):
        row = a_balance_transaction(amount=sign * 1035, fee=0, category=category)
        booked = accounts_of(lines_of(replace(row, type=type_), GIFT))
        expected = {account: -sign * 1035, LedgerAccount.STRIPE_CLEARING: sign * 1035}
        if account is LedgerAccount.CONTRIBUTIONS:
            expected |= {account: -1000, LedgerAccount.FEE_COVER: -35}
        assert booked == expected, (category, type_)


def test_only_what_moves_the_money_of_a_gift_waits_for_one() -> None:
    for category, type_, sign, account in (*OF_GIFTS, *OF_NO_GIFT):
        row = a_balance_transaction(amount=sign * 500, fee=0, category=category)
        row, is_of_gift = replace(row, type=type_), (category, type_, sign, account) in OF_GIFTS
        assert needs_gift(row) == is_of_gift, (category, type_)
        is_unexplained = is_of_gift or account is LedgerAccount.SUSPENSE
        assert is_suspense(lines_of(row, None)) == is_unexplained, (category, type_)


def test_money_back_is_taken_from_the_fund_and_class_it_was_given_to_with_its_fee_cover() -> None:
    for category, account in (
        ("refund", LedgerAccount.REFUNDS),
        ("dispute", LedgerAccount.DISPUTED_GIFTS),
        ("charge_failure", LedgerAccount.RETURNED_DEBITS),
    ):
        lines = lines_of(a_balance_transaction(amount=-1035, fee=0, category=category), GIFT)
        assert lines[1:] == [
            Line(account, 1000, "monthly", 7),
            Line(account, 35, "monthly", 7, detail="fee_cover"),
        ], category


def test_what_a_dispute_costs_is_told_from_processing_fees() -> None:
    dispute = a_balance_transaction(amount=-1035, fee=2000, category="dispute")
    assert accounts_of(lines_of(dispute, GIFT))[LedgerAccount.DISPUTE_FEES] == 2000
    returned = replace(
        a_balance_transaction(amount=1035, fee=0, category="dispute_reversal"),
        fee=-2000,
        fee_lines=(FeeLine("stripe_fee", -2000, "GBP"),),
    )
    assert accounts_of(lines_of(returned, GIFT))[LedgerAccount.DISPUTE_FEES] == -2000
    later = a_balance_transaction(amount=-1500, fee=0, category="fee", source="du_1")
    assert accounts_of(lines_of(later, GIFT, is_of_dispute=True)) == {
        LedgerAccount.STRIPE_CLEARING: -1500,
        LedgerAccount.DISPUTE_FEES: 1500,
    }


@given(
    st.sampled_from((*OF_GIFTS, *OF_NO_GIFT)),
    st.integers(-(10**12), 10**12).filter(bool),
    st.lists(st.integers(-(10**6), 10**6), max_size=4),
    st.integers(-10, 10),
    st.sampled_from([None, GIFT]),
)
def test_lines_always_balance_and_clearing_moves_by_the_net(
    row: tuple[str, str, int, LedgerAccount],
    amount: int,
    fees: list[int],
    unitemised: int,
    gift: GiftShare | None,
) -> None:
    category, type_, _, _ = row
    fee = sum(fees) + unitemised
    snapshot = replace(
        a_balance_transaction(amount=amount, category=category),
        type=type_,
        fee=fee,
        net=amount - fee,
        fee_lines=tuple(FeeLine("stripe_fee", each, "GBP") for each in fees),
    )
    lines = lines_of(snapshot, gift)
    assert sum(line.amount for line in lines) == 0
    assert len(lines) >= 2
    assert all(line.amount for line in lines)
    assert accounts_of(lines).get(LedgerAccount.STRIPE_CLEARING, 0) == snapshot.net


@pytest.mark.parametrize("part", [1, 7, 345, 690, 1034])
def test_the_parts_of_a_gift_sum_to_the_part_that_moved(part: int) -> None:
    lines = lines_of(a_balance_transaction(amount=-part, fee=0, category="refund"), GIFT)
    assert accounts_of(lines)[LedgerAccount.REFUNDS] == part
    covered = sum(line.amount for line in lines if line.detail == "fee_cover")
    assert abs(covered * 1035 - part * 35) * 2 <= 1035
