"""The rows of the balance, one function for each thing that moves money: its type, category, fees and sign.

Every row is in the currency it settles in. The type says what happened; `reporting_category` groups
types for accounting, as Stripe's reports do.
"""

from typing import Any

from tests.sandbox.engine import fees, funds
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid
from tests.sandbox.engine.exchange import Conversion, convert
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.payment_methods import test_card
from tests.sandbox.engine.store import Document


def record_charge(account: Account, charge: Document) -> Document:
    settled = settle(account, charge["amount_captured"], charge["currency"])
    at_once = _is_available_at_once(account, charge)
    row = funds.write(
        account,
        type_="charge" if is_card(charge) else "payment",
        category="charge",
        amount=settled.amount,
        currency=settled.currency,
        source=charge["id"],
        fees=fees.charge_fees(account, charge, settled),
        description=charge["description"],
        exchange_rate=_shown_rate(settled),
        at_once=at_once,
    )
    if at_once:
        funds.announce(account)
    return row


def record_refund(account: Account, refund: Document, charge: Document) -> Document:
    """A refund takes the whole amount back out, at its own day's rate; Stripe keeps the charge's fee."""
    card, described = is_card(charge), charge["description"]
    what = f"REFUND FOR {'CHARGE' if card else 'PAYMENT'}"
    settled = settle(account, -refund["amount"], charge["currency"])
    return funds.write(
        account,
        type_="refund" if card else "payment_refund",
        category="refund",
        amount=settled.amount,
        currency=settled.currency,
        source=refund["id"],
        description=f"{what} ({described})" if described else what,
        exchange_rate=_shown_rate(settled),
    )


def record_refund_failure(account: Account, refund: Document) -> Document:
    """The money of a refund that failed comes back exactly as it went out."""
    return _reverse(
        account, refund["balance_transaction"], refund["id"], "refund_failure", "refund_failure"
    )


def record_payment_failure(account: Account, charge: Document) -> Document:
    """A bank debit that had succeeded is taken back, exactly as it came; its fee stays with Stripe."""
    return _reverse(
        account,
        charge["balance_transaction"],
        charge["id"],
        "payment_failure_refund",
        "charge_failure",
    )


def record_dispute(account: Account, dispute: Document, charge: Document) -> Document:
    """The disputed amount and the fee for it go out together."""
    settled = settle(account, -dispute["amount"], dispute["currency"])
    return funds.write(
        account,
        type_="adjustment",
        category="dispute",
        amount=settled.amount,
        currency=settled.currency,
        source=dispute["id"],
        fees=fees.dispute_fee(account, settled.currency),
        description=f"Chargeback withdrawal for {charge['id']}",
        exchange_rate=_shown_rate(settled),
    )


def record_dispute_reversal(
    account: Account, dispute: Document, withdrawn: Document, amount: int
) -> Document:
    """Money that a dispute took comes back: at the rate it went out, its fee only if the settings say so.

    `dispute["_reinstated"]` counts this amount already; what came back in parts is in the end what went.
    """
    taken, whole, now_back = -withdrawn["amount"], dispute["amount"], dispute["_reinstated"]
    back = taken * now_back // whole - taken * (now_back - amount) // whole
    returned = [
        fees.fee_detail(-detail["amount"], detail["currency"], fees.DISPUTE_DESCRIPTION)
        for detail in withdrawn["fee_details"]
        if account.settings["dispute_fee_returned"] and amount == dispute["amount"]
    ]
    return funds.write(
        account,
        type_="adjustment",
        category="dispute_reversal",
        amount=back,
        currency=withdrawn["currency"],
        source=dispute["id"],
        fees=returned,
        description=f"Chargeback reversal for {dispute['charge']}",
        exchange_rate=withdrawn["exchange_rate"],
    )


def record_payout(account: Account, payout: Document) -> Document:
    """The payout's own row. That of a manual payout belongs to no payout yet: the next automatic one takes it."""
    return funds.write(
        account,
        type_="payout",
        category="payout",
        amount=-payout["amount"],
        currency=payout["currency"],
        source=payout["id"],
        description=payout["description"],
        at_once=True,
        payout=payout["id"] if payout["automatic"] else None,
    )


def record_payout_return(account: Account, payout: Document, type_: str) -> Document:
    """The money of a payout that failed or was cancelled (`payout_failure`, `payout_cancel`)."""
    return funds.write(
        account,
        type_=type_,
        category="payout_reversal",
        amount=payout["amount"],
        currency=payout["currency"],
        source=payout["id"],
        description=payout["description"],
        at_once=True,
    )


def record_account_fee(
    account: Account, *, amount: int, currency: str, description: str, category: str = "fee"
) -> Document:
    """A fee of its own, not part of a payment's row: `fee`, or `network_cost` for what card networks take."""
    return funds.write(
        account,
        type_="stripe_fee",
        category=category,
        amount=-amount,
        currency=currency,
        source=None,
        description=description,
        at_once=True,
    )


def record_topup(account: Account, topup: Document) -> Document:
    return funds.write(
        account,
        type_="topup",
        category="topup",
        amount=topup["amount"],
        currency=topup["currency"],
        source=topup["id"],
        description=topup["description"],
        at_once=True,
    )


def record_carry(account: Account, amount: int, currency: str) -> Document:
    """Pence that no bank takes: out of one payout, into the next."""
    return funds.write(
        account,
        type_="adjustment",
        category="other_adjustment",
        amount=amount,
        currency=currency,
        source=None,
        description="Rounding carried over to the next payout",
        at_once=True,
    )


def record_reserve(account: Account, reserve: Document, type_: str, amount: int) -> Document:
    """What Stripe holds back against refunds and disputes, and lets go (`reserve_hold`, `reserve_release`)."""
    return funds.write(
        account,
        type_=type_,
        category="risk_reserved_funds",
        amount=amount,
        currency=reserve["currency"],
        source=reserve["id"],
        description=reserve["description"],
        at_once=True,
    )


def list_transactions(account: Account, params: dict[str, Any]) -> Page:
    """`GET /v1/balance_transactions`: the rows of one payout are known for automatic ones only."""
    payout = account.store.get("payout", params.get("payout", ""))
    if payout and not payout["automatic"]:
        raise invalid(
            "Balance transaction history can only be filtered on automatic transfers, not manual.",
            param="payout",
        )
    return page_of(
        account,
        "balance_transaction",
        params,
        given(params, "source", "type", "currency", "payout"),
    )


def settle(account: Account, amount: int, currency: str) -> Conversion:
    """An amount as it settles: in its own currency, or in the default one if the account lacks that."""
    kept, default = account.settings["settlement_currencies"], account.settings["default_currency"]
    if kept is None or currency in kept:
        return Conversion(amount, currency)
    return convert(amount, currency, default, moment=account.own_now())


def _reverse(
    account: Account, transaction_id: str, source: str, type_: str, category: str
) -> Document:
    original = account.store.get("balance_transaction", transaction_id)
    assert original is not None
    return funds.write(
        account,
        type_=type_,
        category=category,
        amount=-original["amount"],
        currency=original["currency"],
        source=source,
        description=original["description"],
        exchange_rate=original["exchange_rate"],
    )


def is_card(charge: Document) -> bool:
    """Whether a charge was taken from a card, a wallet's included; else it is a payment, such as a bank debit."""
    return bool(charge["payment_method_details"]["type"] == "card")


def _is_available_at_once(account: Account, charge: Document) -> bool:
    method = account.store.get("payment_method", charge["payment_method"] or "")
    is_card = method is not None and method["type"] == "card"
    return is_card and test_card(method).available_at_once


def _shown_rate(settled: Conversion) -> float | None:
    return None if settled.rate is None else float(settled.rate)
