"""The money in the account: its rows as they are written, wait, become available and are paid out.

Running sums stand beside the rows, so that asking for the balance never adds up every transaction.
What is available is always the sum of the available rows that no payout has taken yet.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.sandbox.engine import payout_schedule
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import emit, public
from tests.sandbox.engine.store import Document

DAY = 24 * 3600


def write(
    account: Account,
    *,
    type_: str,
    category: str,
    amount: int,
    currency: str,
    source: str | None,
    fees: Sequence[Document] = (),
    description: str | None = None,
    exchange_rate: float | None = None,
    at_once: bool = False,
    payout: str | None = None,
) -> Document:
    """One balance transaction: it waits for its settlement day, or counts `at_once`.

    `payout` is the payout that the row belongs to from the start: its own row.
    """
    with account.off_clock():  # money never lives on a test clock
        now, fee = account.now(), sum(detail["amount"] for detail in fees)
        days = account.settings["settlement_days"]
        available_on = now if at_once else (now // DAY + days) * DAY
        transaction = account.store.put(
            {
                "id": account.new_id("txn"),
                "object": "balance_transaction",
                "amount": amount,
                "available_on": available_on,
                "balance_type": "payments",
                "created": now,
                "currency": currency,
                "description": description,
                "exchange_rate": exchange_rate,
                "fee": fee,
                "fee_details": list(fees),
                "net": amount - fee,
                "reporting_category": category,
                "source": source,
                "status": "available" if at_once else "pending",
                "type": type_,
                "_waiting_until": None if at_once else available_on,
                "_payout": payout,
            }
        )
        _count(account, transaction)
    return transaction


def _count(account: Account, transaction: Document) -> None:
    """Add a new row to the running sums, and have the clock do what comes of it."""
    waits, currency = transaction["status"] == "pending", transaction["currency"]
    totals = _totals(account)
    _add(totals["pending" if waits else "available"], currency, transaction["net"])
    account.store.put(totals)
    if waits:
        day = transaction["available_on"]
        account.schedule(day, "make_available", str(day))
    elif transaction["_payout"] is None:
        payout_schedule.plan(account, currency)
    if account.settings["monthly_fees"]:
        account.schedule(payout_schedule.next_month(account), "charge_monthly_fees", "account")


def retrieve(account: Account, params: dict[str, Any]) -> Document:
    """`GET /v1/balance`."""
    totals = _totals(account)
    currencies = sorted(totals["available"].keys() | totals["pending"].keys()) or [
        account.settings["default_currency"]
    ]
    shown: Document = {"object": "balance", "livemode": False}
    for part in ("available", "pending"):
        shown[part] = [
            {
                "amount": totals[part].get(currency, 0),
                "currency": currency,
                "source_types": {"card": totals[part].get(currency, 0)},
            }
            for currency in currencies
        ]
    return shown


def available(account: Account) -> dict[str, int]:
    """What could be paid out now, by currency; below zero where more went out than came in."""
    return dict(_totals(account)["available"])


def unpaid(account: Account, currency: str) -> Iterator[Document]:
    """The available rows of a currency that no payout has taken yet, oldest first."""
    return account.store.oldest_first("balance_transaction", {"unpaid": currency})


def make_available(account: Account, moment: str) -> None:
    """What the timer of a settlement day does: money that waited until then can be paid out."""
    waiting = account.store.oldest_first("balance_transaction", {"available_on": int(moment)})
    _release(account, list(waiting))


def make_all_available(account: Account) -> None:
    """Let no money wait any longer, whatever its settlement day is."""
    _release(account, list(account.store.oldest_first("balance_transaction", {"waits": True})))


def announce(account: Account) -> None:
    """Tell that there is money to pay out which was not there before."""
    emit(account, "balance.available", retrieve(account, {}))


def _release(account: Account, waiting: list[Document]) -> None:
    if not waiting:
        return
    totals = _totals(account)
    for transaction in waiting:
        transaction.update(status="available", _waiting_until=None)
        account.store.put(transaction)
        _refresh_dispute(account, transaction)
        _add(totals["pending"], transaction["currency"], -transaction["net"])
        _add(totals["available"], transaction["currency"], transaction["net"])
    account.store.put(totals)
    announce(account)
    for currency in sorted({transaction["currency"] for transaction in waiting}):
        payout_schedule.plan(account, currency)


def _refresh_dispute(account: Account, transaction: Document) -> None:
    """A dispute shows its rows whole, so it shows them as they are now."""
    dispute = account.store.get("dispute", transaction["source"] or "")
    if dispute:
        dispute["balance_transactions"] = [
            public(transaction) if row["id"] == transaction["id"] else row
            for row in dispute["balance_transactions"]
        ]
        account.store.put(dispute)


def _totals(account: Account) -> Document:
    stored = account.store.get("_balance", "_balance")
    if stored is None:
        stored = {
            "id": "_balance",
            "object": "_balance",
            "created": 0,
            "available": {},
            "pending": {},
        }
    return stored


def _add(part: dict[str, int], currency: str, amount: int) -> None:
    part[currency] = part.get(currency, 0) + amount
