"""Everything that moves money, in any order: after each step the books of the sandbox must agree."""

from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from tests.sandbox.engine import (
    balance,
    bank_debits,
    dispute_states,
    disputes,
    funds,
    payouts,
    refunds,
    reserves,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.money_stories import (
    advance,
    debit_in_engine,
    held,
    moved,
    pay_in_engine,
    rows,
)

CARDS = ("4242424242424242", "4000000000007726", "4000000000005126", "4000000000001976")
CURRENCIES = ("gbp", "eur", "jpy", "kwd", "huf")
DEBITS = ("pm_success_de", "pm_failed_de", "pm_disputed_de")
SMALLEST = {"gbp": 30, "eur": 50, "jpy": 50, "kwd": 10, "huf": 17500}

amounts = st.integers(1, 400_000)
parts = st.integers(0, 11)
"""Tenths of an amount: sometimes nothing, sometimes more than there is."""


class MoneyMachine(RuleBasedStateMachine):
    """What cannot be done is refused; that is part of the story, and must move nothing."""

    charges = Bundle("charges")
    refunded = Bundle("refunded")
    disputed = Bundle("disputed")
    paid_out = Bundle("paid_out")
    reserved = Bundle("reserved")

    @initialize(
        settles=st.sampled_from([None, ["gbp"], ["gbp", "eur"], ["gbp", "huf"]]),
        interval=st.sampled_from(["daily", "weekly", "manual"]),
        debits=st.booleans(),
        fee_returned=st.booleans(),
    )
    def open_account(
        self, settles: list[str] | None, interval: str, debits: bool, fee_returned: bool
    ) -> None:
        self.account = Account("machine", "http://127.0.0.1:1")
        self.account.store.put(
            {
                **self.account.settings,
                "settlement_currencies": settles,
                "payout_interval": interval,
                "debit_negative_balances": debits,
                "dispute_fee_returned": fee_returned,
            }
        )
        self.taken: dict[str, str] = {}

    @rule(
        target=charges,
        amount=amounts,
        currency=st.sampled_from(CURRENCIES),
        card=st.sampled_from(CARDS),
    )
    def pay(self, amount: int, currency: str, card: str) -> Document:
        amount = max(SMALLEST[currency], amount)
        return pay_in_engine(
            self.account, amount // 10 * 10 if currency == "kwd" else amount, currency, card
        )

    @rule(target=charges, amount=amounts, token=st.sampled_from(DEBITS))
    def debit(self, amount: int, token: str) -> Document:
        return debit_in_engine(self.account, max(SMALLEST["eur"], amount), token)

    @rule(charge=charges)
    def take_debit_back(self, charge: Document) -> None:
        self._unless_refused(bank_debits.fail_late, charge["id"])

    @rule(target=refunded, charge=charges, part=parts)
    def refund(self, charge: Document, part: int) -> Any:
        given = {"charge": charge["id"], "amount": charge["amount"] * part // 10}
        return self._unless_refused(refunds.create, given)

    @rule(refund=refunded)
    def send_refund_back(self, refund: Document) -> None:
        refunds.fail(self.account, refund["id"])

    @rule(target=disputed, charge=charges, part=st.none() | parts, inquiry=st.booleans())
    def dispute(self, charge: Document, part: int | None, inquiry: bool) -> Any:
        amount = None if part is None else charge["amount"] * part // 10
        return self._unless_refused(
            disputes.open_dispute, charge["id"], amount=amount, inquiry=inquiry
        )

    @rule(dispute=disputed)
    def escalate(self, dispute: Document) -> None:
        self._unless_refused(disputes.escalate, dispute["id"])

    @rule(dispute=disputed, text=st.sampled_from(["winning_evidence", "losing_evidence", "hm"]))
    def answer(self, dispute: Document, text: str) -> None:
        given = {"evidence": {"uncategorized_text": text}}
        self._unless_refused(disputes.update, given, dispute["id"])

    @rule(dispute=disputed, won=st.booleans(), part=st.none() | parts)
    def decide(self, dispute: Document, won: bool, part: int | None) -> None:
        lost_for = None if part is None else dispute["amount"] * part // 10
        self._unless_refused(disputes.decide, dispute["id"], won=won, lost_for=lost_for)

    @rule(days=st.integers(0, 12), seconds=st.integers(0, 86399))
    def wait(self, days: int, seconds: int) -> None:
        advance(self.account, days=days, seconds=seconds)

    @rule(target=paid_out, fail=st.booleans(), early=st.booleans())
    def pay_out(self, fail: bool, early: bool) -> Any:
        if early:
            funds.make_all_available(self.account)
        return multiple(*payouts.pay_out(self.account, fail=fail))

    @rule(target=paid_out, amount=amounts, currency=st.sampled_from(CURRENCIES))
    def pay_out_by_hand(self, amount: int, currency: str) -> Any:
        given = {"amount": amount // 100 * 100, "currency": currency}
        return self._unless_refused(payouts.create, given)

    @rule(payout=paid_out)
    def cancel_payout(self, payout: Document) -> None:
        self._unless_refused(payouts.cancel, {}, payout["id"])

    @rule(payout=paid_out)
    def fail_payout(self, payout: Document) -> None:
        self._unless_refused(payouts.fail_payout, payout["id"])

    @rule(target=reserved, amount=amounts, currency=st.sampled_from(CURRENCIES))
    def hold(self, amount: int, currency: str) -> Document:
        return reserves.hold(self.account, amount=amount, currency=currency, release_after_days=9)

    @rule(reserve=reserved, part=parts)
    def release(self, reserve: Document, part: int) -> None:
        amount = -reserve["amount"] * part // 10
        self._unless_refused(reserves.release, reserve["id"], amount=amount)

    @rule(amount=st.integers(1, 900), currency=st.sampled_from(CURRENCIES))
    def bill(self, amount: int, currency: str) -> None:
        balance.record_account_fee(
            self.account, amount=amount, currency=currency, description="Billing"
        )

    @invariant()
    def the_balance_is_the_sum_of_its_rows(self) -> None:
        if not hasattr(self, "account"):
            return
        assert held(self.account) == moved(self.account)
        unpaid: Counter[str] = Counter()
        for row in rows(self.account):
            assert row["net"] == row["amount"] - row["fee"]
            assert row["fee"] == sum(detail["amount"] for detail in row["fee_details"])
            if row["status"] == "available" and row["_payout"] is None:
                unpaid[row["currency"]] += row["net"]
        assert Counter(funds.available(self.account)) == unpaid

    @invariant()
    def a_payout_is_the_sum_of_what_it_took(self) -> None:
        if not hasattr(self, "account"):
            return
        for payout in self.account.store.oldest_first("payout", {"status": STATUSES}):
            own = payout["balance_transaction"]
            took = [r for r in rows(self.account, payout=payout["id"]) if r["id"] != own]
            assert all(row["currency"] == payout["currency"] for row in took)
            if payout["automatic"]:
                assert sum(row["net"] for row in took) == payout["amount"]
            else:
                assert took == []

    @invariant()
    def no_row_is_in_two_payouts(self) -> None:
        if not hasattr(self, "account"):
            return
        for payout in self.account.store.oldest_first("payout", {}):
            for row in rows(self.account, payout=payout["id"]):
                assert self.taken.setdefault(row["id"], payout["id"]) == payout["id"]

    @invariant()
    def no_charge_gives_back_more_than_it_took(self) -> None:
        if not hasattr(self, "account"):
            return
        for charge in self.account.store.oldest_first("charge", {}):
            given_back = sum(
                refund["amount"]
                for refund in self.account.store.oldest_first("refund", {"charge": charge["id"]})
                if refund["status"] in ("pending", "succeeded")
            )
            assert 0 <= charge["amount_refunded"] == given_back <= charge["amount"]
            assert charge["refunded"] == (given_back == charge["amount"])

    @invariant()
    def a_dispute_holds_what_its_end_says(self) -> None:
        if not hasattr(self, "account"):
            return
        for dispute in self.account.store.oldest_first("dispute", {}):
            held_back = [row["amount"] for row in rows(self.account, source=dispute["id"])]
            shown = [row["amount"] for row in dispute["balance_transactions"]]
            assert sorted(held_back) == sorted(shown)
            if dispute["status"] in (*dispute_states.INQUIRY, "warning_closed"):
                assert held_back == []
            elif dispute["status"] == "won":
                assert sum(held_back) == 0

    def _unless_refused(self, act: Any, *args: Any, **how: Any) -> Any:
        before = len(rows(self.account))
        with suppress(StripeRefusal):
            return act(self.account, *args, **how)
        assert len(rows(self.account)) == before
        return multiple()


STATUSES = ("pending", "in_transit", "paid", "failed", "canceled")
