"""What a payment method looks like: a card without its number, a bank account by its last digits."""

import hashlib
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import BankAccount
from tests.sandbox.engine.cards import TestCard
from tests.sandbox.engine.store import Document

BILLING_FIELDS = ("address", "email", "name", "phone", "tax_id")


def card_document(
    account: Account,
    card: TestCard,
    billing_details: dict[str, Any],
    *,
    month: int,
    year: int,
    wallet: str | None = None,
) -> Document:
    details = {
        "brand": card.brand,
        "checks": checks(billing_details),
        "country": card.country,
        "display_brand": "american_express" if card.brand == "amex" else card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": fingerprint(account, card.number),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": wallet and {"dynamic_last4": None, "type": wallet, wallet: {}},
    }
    return _document(account, "card", details, billing_details, number=card.number)


def bank_document(account: Account, bank: BankAccount, billing_details: dict[str, Any]) -> Document:
    details: dict[str, Any] = {
        "fingerprint": fingerprint(account, bank.number),
        "last4": bank.last4,
    }
    if bank.type == "bacs_debit":
        details["sort_code"] = "108800"
    else:
        details.update(
            bank_code=bank.number[4:9],
            branch_code="",
            country=bank.country,
            generated_from={"charge": None, "setup_attempt": None},
        )
    return _document(account, bank.type, details, billing_details, number=bank.number)


def checks(billing_details: dict[str, Any]) -> Document:
    address = billing_details.get("address") or {}
    return {
        "address_line1_check": "pass" if address.get("line1") else None,
        "address_postal_code_check": "pass" if address.get("postal_code") else None,
        "cvc_check": "pass",
    }


def fingerprint(account: Account, number: str) -> str:
    """The same card has the same fingerprint within one account, as at Stripe."""
    seed = f"{account.settings['account_id']}:{number}"
    return hashlib.sha256(seed.encode()).hexdigest()[:16]


def billing(known: dict[str, Any]) -> Document:
    """Billing details with every key of Stripe's."""
    return {name: known.get(name) or None for name in BILLING_FIELDS}


def _document(
    account: Account,
    type_: str,
    details: dict[str, Any],
    billing_details: dict[str, Any],
    *,
    number: str,
) -> Document:
    """`_number` is a published test number; `_set_up`: the bank agreed to payments without the payer."""
    return {
        "id": account.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing(billing_details),
        type_: details,
        "created": account.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": type_,
        "_number": number,
        "_set_up": False,
        "_mandate": None,
    }
