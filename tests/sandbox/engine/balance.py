"""The account's balance and the transactions that make it: every change of money is one row."""

from typing import Any

from tests.sandbox.engine import fees
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.store import Document

DAY = 24 * 3600


def record_charge(account: Account, charge: Document) -> Document:
    method = charge["payment_method_details"]["type"]
    fee = fees.processing_fee(
        account, method=method, currency=charge["currency"], amount=charge["amount"]
    )
    fee_detail = {
        "amount": fee,
        "application": None,
        "currency": charge["currency"],
        "description": fees.FEE_DESCRIPTION,
        "type": "stripe_fee",
    }
    return _record(
        account, charge, "charge", amount=charge["amount"], fee=fee, details=[fee_detail]
    )


def record_refund(account: Account, refund: Document) -> Document:
    """A refund takes the whole amount back out; Stripe keeps the fee of the charge."""
    return _record(account, refund, "refund", amount=-refund["amount"], fee=0, details=[])


def retrieve(account: Account, params: dict[str, Any]) -> Document:
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


def make_available(account: Account, moment: str) -> None:
    """What the timer of a settlement day does: money that waited until then can be paid out."""
    totals = _totals(account)
    waiting = account.store.oldest_first("balance_transaction", {"available_on": int(moment)})
    for transaction in list(waiting):
        transaction.update(status="available", _waiting_until=None)
        account.store.put(transaction)
        _add(totals["pending"], transaction["currency"], -transaction["net"])
        _add(totals["available"], transaction["currency"], transaction["net"])
    account.store.put(totals)
    emit(account, "balance.available", retrieve(account, {}))


def _record(
    account: Account,
    source: Document,
    type_: str,
    *,
    amount: int,
    fee: int,
    details: list[Document],
) -> Document:
    now = account.own_now()  # money never lives on a test clock
    available_on = (now // DAY + account.settings["settlement_days"]) * DAY
    transaction = account.store.put(
        {
            "id": account.new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "created": now,
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details,
            "net": amount - fee,
            "reporting_category": type_,
            "source": source["id"],
            "status": "pending",
            "type": type_,
            "_waiting_until": available_on,
        }
    )
    totals = _totals(account)
    _add(totals["pending"], transaction["currency"], transaction["net"])
    account.store.put(totals)
    with account.off_clock():
        account.schedule(available_on, "make_available", str(available_on))
    return transaction


def _totals(account: Account) -> Document:
    """Running sums, so that asking for the balance never adds up every transaction."""
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
