"""Payouts: automatic ones of all that is available of a currency, and manual ones of an amount.

An automatic payout takes every available row that no payout has taken yet, so the sum of their nets is
the payout. The money of one that fails comes back as a row of its own, which the next payout takes.
"""

from typing import Any

from tests.sandbox.engine import balance, funds, metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.lists import Page, bounds, given, page_of
from tests.sandbox.engine.money import formatted, payout_step, read_currency
from tests.sandbox.engine.payout_documents import FAILURES, new_payout, trace_id
from tests.sandbox.engine.store import Document

HOUR, DAY = 3600, 24 * 3600
LATEST = 2**63
RECONCILED_AFTER, SENT_AFTER, TRACED_AFTER = HOUR, 2 * HOUR, HOUR


def pay_out(account: Account, *, fail: bool = False) -> list[Document]:
    """Pay out now what is available of each currency, and let it arrive, or fail, at once."""
    made = []
    for currency in sorted(funds.available(account)):
        payout = _pay_out(account, currency)
        if payout:
            complete_reconciliation(account, payout["id"])
            send(account, payout["id"])
            arrive(account, payout["id"])
            if fail:
                fail_payout(account, payout["id"])
            else:
                trace(account, payout["id"])
            made.append(payout)
    return made


def pay_out_automatically(account: Account, currency: str) -> None:
    """What the schedule does with a currency; its further steps are left to the clock."""
    payout = _pay_out(account, currency)
    if payout:
        now = account.now()
        account.schedule(now + RECONCILED_AFTER, "reconcile_payout", payout["id"])
        _leave_to_the_clock(account, payout)


def create(account: Account, params: dict[str, Any]) -> Document:
    """`POST /v1/payouts`: a manual payout. Which rows it paid out is not known, at Stripe neither."""
    currency, amount = read_currency(params["currency"]), params["amount"]
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount % payout_step(currency):
        raise invalid(
            f"Payouts in {currency} must be evenly divisible by {payout_step(currency)}.",
            param="amount",
        )
    there = funds.available(account).get(currency, 0)
    if amount > there:
        raise StripeRefusal(
            f"You have insufficient funds in your Stripe account: {formatted(there, currency)} of "
            f"{formatted(amount, currency)} is available to be paid out.",
            code="balance_insufficient",
            param="amount",
        )
    payout = new_payout(account, amount=amount, currency=currency, automatic=False)
    payout.update(given(params, "description", "statement_descriptor"))
    payout["metadata"] = metadata.merged({}, params.get("metadata"))
    account.store.put(payout)
    payout["balance_transaction"] = balance.record_payout(account, payout)["id"]
    account.store.put(payout)
    emit(account, "payout.created", payout)
    _leave_to_the_clock(account, payout)
    return payout


def update(account: Account, params: dict[str, Any], payout_id: str) -> Document:
    payout = payout_of(account, payout_id)
    if "metadata" not in params:
        return payout
    changed = metadata.merged(payout["metadata"], params["metadata"])
    return save(account, payout, "payout.updated", metadata=changed)


def cancel(account: Account, params: dict[str, Any], payout_id: str) -> Document:
    payout = payout_of(account, payout_id)
    if payout["automatic"] or payout["status"] != "pending":
        raise invalid("Only a manual payout that is still pending can be cancelled.")
    returned = balance.record_payout_return(account, payout, "payout_cancel")
    return save(
        account,
        payout,
        "payout.canceled",
        status="canceled",
        failure_balance_transaction=returned["id"],
        trace_id=trace_id("unsupported"),
    )


def reverse(account: Account, params: dict[str, Any], payout_id: str) -> Document:
    payout_of(account, payout_id)
    raise invalid(
        "Only payouts of connected accounts to bank accounts in the United States and Canada can be "
        "reversed."
    )


def list_payouts(account: Account, params: dict[str, Any]) -> Page:
    filters = given(params, "status", "destination")
    if "arrival_date" in params:
        filters["arrival_date"] = _arrival_days(account, params["arrival_date"])
    return page_of(account, "payout", params, filters)


def complete_reconciliation(account: Account, payout_id: str) -> None:
    """From now on the rows of the payout can be listed for certain."""
    save(
        account,
        payout_of(account, payout_id),
        "payout.reconciliation_completed",
        reconciliation_status="completed",
    )


def send(account: Account, payout_id: str) -> None:
    payout = payout_of(account, payout_id)
    if payout["status"] == "pending":
        save(account, payout, "payout.updated", status="in_transit")


def arrive(account: Account, payout_id: str) -> None:
    payout = payout_of(account, payout_id)
    if payout["status"] in ("pending", "in_transit"):
        save(account, payout, "payout.paid", status="paid")


def trace(account: Account, payout_id: str) -> None:
    """The bank has said under which reference the money arrived."""
    payout = payout_of(account, payout_id)
    if payout["status"] == "paid":
        traced = trace_id("supported", account.new_id("trace", 12).upper())
        save(account, payout, "payout.updated", trace_id=traced)


def fail_payout(account: Account, payout_id: str, *, code: str = "account_closed") -> Document:
    """The bank sends the money back, even some days after it seemed paid: it returns to the balance."""
    payout = payout_of(account, payout_id)
    if payout["status"] not in ("pending", "in_transit", "paid"):
        raise invalid(f"Payout {payout_id} cannot fail: its status is {payout['status']}.")
    if code not in FAILURES:
        raise invalid(f"{code} is no reason for a payout to fail: {', '.join(sorted(FAILURES))}.")
    returned = balance.record_payout_return(account, payout, "payout_failure")
    return save(
        account,
        payout,
        "payout.failed",
        status="failed",
        failure_code=code,
        failure_message=FAILURES[code],
        failure_balance_transaction=returned["id"],
        trace_id=trace_id("unsupported"),
    )


def payout_of(account: Account, payout_id: str) -> Document:
    payout = account.store.get("payout", payout_id)
    if payout is None:
        raise missing("payout", payout_id)
    return payout


def _pay_out(account: Account, currency: str) -> Document | None:
    """An automatic payout of all that is available of a currency, unless that is too little."""
    there = funds.available(account).get(currency, 0)
    least = max(1, account.settings["payout_minimums"].get(currency, 1))
    if there < least and not (there < 0 and account.settings["debit_negative_balances"]):
        return None
    rest = there % payout_step(currency)
    if there == rest:
        return None
    rows = list(funds.unpaid(account, currency))
    if rest:
        rows.append(balance.record_carry(account, -rest, currency))
        balance.record_carry(account, rest, currency)
    payout = new_payout(account, amount=there - rest, currency=currency, automatic=True)
    account.store.put(payout)
    for row in rows:
        row["_payout"] = payout["id"]
        account.store.put(row)
    payout["balance_transaction"] = balance.record_payout(account, payout)["id"]
    account.store.put(payout)
    emit(account, "payout.created", payout)
    return payout


def _arrival_days(account: Account, wanted: int | dict[str, int]) -> tuple[int, ...]:
    """Every midnight of a range of arrival dates; payouts arrive at no other time."""
    low, high = bounds(wanted)
    first = max(low or 0, account.settings["created"] - DAY)
    last = min(high or LATEST, account.now() + 30 * DAY)
    return tuple(range(-(-first // DAY) * DAY, last, DAY))


def _leave_to_the_clock(account: Account, payout: Document) -> None:
    account.schedule(account.now() + SENT_AFTER, "send_payout", payout["id"])
    arrival = max(payout["arrival_date"], account.now() + SENT_AFTER)
    account.schedule(arrival, "arrive_payout", payout["id"])
    account.schedule(arrival + TRACED_AFTER, "trace_payout", payout["id"])
