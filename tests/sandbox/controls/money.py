"""What becomes of collected money, as payers, banks and Stripe would have it."""

from typing import Any

from tests.sandbox.engine import (
    balance,
    disputes,
    early_fraud,
    funds,
    payouts,
    refunds,
    reserves,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import public
from tests.sandbox.engine.money import read_currency


def dispute(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Dispute a charge. `lost_for` disputes that much and loses it; `won` decides the whole of it."""
    lost_for, won = body.get("lost_for"), body.get("won")
    made = disputes.open_dispute(
        account,
        body["charge"],
        reason=body.get("reason", "fraudulent"),
        amount=body.get("amount", lost_for),
        inquiry=body.get("inquiry", False),
    )
    if lost_for is not None:
        disputes.decide(account, made["id"], won=False, lost_for=lost_for)
    elif won is not None:
        disputes.decide(account, made["id"], won=won)
    return public(made)


def escalate(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    return public(disputes.escalate(account, body["dispute"]))


def decide(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    decided = disputes.decide(
        account, body["dispute"], won=body["won"], lost_for=body.get("lost_for")
    )
    return public(decided)


def warn_of_fraud(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    fraud_type = body.get("fraud_type", "unauthorized_use_of_card")
    return public(early_fraud.warn(account, body["charge"], fraud_type=fraud_type))


def fail_refund(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    reason = body.get("reason", "expired_or_canceled_card")
    return public(refunds.fail(account, body["refund"], reason=reason))


def pay_out(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Pay out everything now, what still waits for its settlement day included, unless `early` is off."""
    if body.get("early", True):
        funds.make_all_available(account)
    made = payouts.pay_out(account, fail=body.get("fail", False))
    return {"payouts": [public(payout) for payout in made]}


def fail_payout(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    code = body.get("code", "account_closed")
    return public(payouts.fail_payout(account, body["payout"], code=code))


def reserve(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    held = reserves.hold(
        account,
        amount=body["amount"],
        currency=body["currency"],
        release_after_days=body.get("release_after_days"),
    )
    return public(held)


def release_reserve(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    return public(reserves.release(account, body["reserve"], amount=body.get("amount")))


def bill(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """A fee outside any payment: Stripe's own, or with `category` "network_cost" the card networks'."""
    billed = balance.record_account_fee(
        account,
        amount=body["amount"],
        currency=read_currency(body["currency"]),
        description=body["description"],
        category=body.get("category", "fee"),
    )
    return public(billed)


CONTROLS = {
    "dispute": dispute,
    "escalate": escalate,
    "decide": decide,
    "warn_of_fraud": warn_of_fraud,
    "fail_refund": fail_refund,
    "pay_out": pay_out,
    "fail_payout": fail_payout,
    "reserve": reserve,
    "release_reserve": release_reserve,
    "bill": bill,
}
