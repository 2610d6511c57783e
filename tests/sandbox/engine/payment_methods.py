"""Payment methods: the card a payer typed, kept without its number."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.cards import TEST_CARDS, TestCard, card_of
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.store import Document


@dataclass(frozen=True, slots=True)
class TypedCard:
    """What a payer typed into the hosted page."""

    number: str
    exp_month: str
    exp_year: str
    cvc: str


def create_card(account: Account, typed: TypedCard, billing_details: dict[str, Any]) -> Document:
    """A payment method of a test card; a card error for anything mistyped."""
    card = card_of(typed.number)
    month, year = _expiry(typed)
    if not (typed.cvc.isascii() and typed.cvc.isdigit() and len(typed.cvc) == card.cvc_length):
        raise _card_error("Your card's security code is incomplete.", "invalid_cvc", "cvc")
    return account.store.put(
        {
            "id": account.new_id("pm"),
            "object": "payment_method",
            "allow_redisplay": "limited",
            "billing_details": {"phone": None, "tax_id": None, **billing_details},
            "card": {
                "brand": card.brand,
                "checks": checks(billing_details),
                "country": card.country,
                "display_brand": "american_express" if card.brand == "amex" else card.brand,
                "exp_month": month,
                "exp_year": year,
                "fingerprint": fingerprint(account, card),
                "funding": card.funding,
                "generated_from": None,
                "last4": card.last4,
                "networks": {"available": [card.brand], "preferred": None},
                "regulated_status": "unregulated",
                "three_d_secure_usage": {"supported": True},
                "wallet": None,
            },
            "created": account.now(),
            "customer": None,
            "livemode": False,
            "metadata": {},
            "type": "card",
            "_number": card.number,
            "_authenticated": False,
        }
    )


def attach(account: Account, method: Document, customer_id: str) -> None:
    if method["customer"] != customer_id:
        method["customer"] = customer_id
        account.store.put(method)
        emit(account, "payment_method.attached", method)


def test_card(method: Document) -> TestCard:
    return TEST_CARDS[method["_number"]]


def checks(billing_details: dict[str, Any]) -> Document:
    address = billing_details.get("address") or {}
    return {
        "address_line1_check": "pass" if address.get("line1") else None,
        "address_postal_code_check": "pass" if address.get("postal_code") else None,
        "cvc_check": "pass",
    }


def fingerprint(account: Account, card: TestCard) -> str:
    """The same card has the same fingerprint within one account, as at Stripe."""
    seed = f"{account.settings['account_id']}:{card.number}"
    return hashlib.sha256(seed.encode()).hexdigest()[:16]


def _expiry(typed: TypedCard) -> tuple[int, int]:
    if not (
        typed.exp_month.isascii() and typed.exp_month.isdigit() and 1 <= int(typed.exp_month) <= 12
    ):
        raise _card_error(
            "Your card's expiration month is invalid.", "invalid_expiry_month", "exp_month"
        )
    if not (
        typed.exp_year.isascii() and typed.exp_year.isdigit() and len(typed.exp_year) in (2, 4)
    ):
        raise _card_error(
            "Your card's expiration year is invalid.", "invalid_expiry_year", "exp_year"
        )
    month = int(typed.exp_month)
    year = int(typed.exp_year) + (2000 if len(typed.exp_year) == 2 else 0)
    today = time.gmtime()
    if (year, month) < (today.tm_year, today.tm_mon) or year > today.tm_year + 50:
        raise _card_error(
            "Your card's expiration year is in the past.", "invalid_expiry_year", "exp_year"
        )
    return month, year


def _card_error(message: str, code: str, param: str) -> StripeRefusal:
    return StripeRefusal(message, status=402, type_="card_error", code=code, param=param)
