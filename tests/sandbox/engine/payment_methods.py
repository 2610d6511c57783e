"""Payment methods: what a payer typed or an API call named, kept without its number."""

import time
from dataclasses import dataclass
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import (
    BANK_TOKENS,
    TEST_ACCOUNTS,
    BankAccount,
    account_of_bacs,
    account_of_iban,
)
from tests.sandbox.engine.card_tokens import METHOD_TOKENS
from tests.sandbox.engine.cards import TEST_CARDS, TestCard, card_of
from tests.sandbox.engine.errors import StripeRefusal, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.method_documents import bank_document, card_document, fingerprint
from tests.sandbox.engine.store import Document


@dataclass(frozen=True, slots=True)
class TypedCard:
    """What a payer typed into the hosted page; `wallet` when a wallet's button typed it for them."""

    number: str
    exp_month: str
    exp_year: str
    cvc: str
    wallet: str | None = None


@dataclass(frozen=True, slots=True)
class TypedBankAccount:
    """A bank account as typed: an IBAN, or a sort code and an account number."""

    iban: str = ""
    sort_code: str = ""
    account_number: str = ""


def create_card(account: Account, typed: TypedCard, billing_details: dict[str, Any]) -> Document:
    """A payment method of a test card; a card error for anything mistyped."""
    card = card_of(typed.number)
    month, year = _expiry(typed)
    if not (typed.cvc.isascii() and typed.cvc.isdigit() and len(typed.cvc) == card.cvc_length):
        raise _card_error("Your card's security code is incomplete.", "invalid_cvc", "cvc")
    return account.store.put(
        card_document(account, card, billing_details, month=month, year=year, wallet=typed.wallet)
    )


def create_bank_debit(
    account: Account, typed: TypedBankAccount, billing_details: dict[str, Any]
) -> Document:
    """A payment method of a test bank account; a refusal for any that Stripe does not publish."""
    bank = (
        account_of_iban(typed.iban)
        if typed.iban
        else account_of_bacs(typed.sort_code, typed.account_number)
    )
    return account.store.put(bank_document(account, bank, billing_details))


def create_from_card(
    account: Account, card: TestCard, billing_details: dict[str, Any] | None = None
) -> Document:
    """What a published token stands for, with an expiry some years ahead."""
    year = time.gmtime(account.now()).tm_year + 5
    return account.store.put(
        card_document(account, card, billing_details or {}, month=12, year=year)
    )


def named(account: Account, method_id: str, *, param: str = "payment_method") -> Document:
    """The payment method that a parameter names; a published `pm_…` token makes a new one."""
    if card := METHOD_TOKENS.get(method_id):
        return create_from_card(account, card)
    if bank := BANK_TOKENS.get(method_id):
        known = {"name": "Test Reader", "email": "reader@example.org"}
        return account.store.put(bank_document(account, bank, known))
    method = account.store.get("payment_method", method_id)
    if method is None:
        status = 404 if param == "id" else 400
        raise missing("PaymentMethod", method_id, param=param, status=status)
    return method


def attach(account: Account, method: Document, customer_id: str) -> None:
    if method["customer"] != customer_id:
        method["customer"] = customer_id
        account.store.put(method)
        emit(account, "payment_method.attached", method)


def update_automatically(
    account: Account,
    method_id: str,
    *,
    number: str | None = None,
    exp_month: int | None = None,
    exp_year: int | None = None,
) -> Document:
    """The card network tells of a replaced card: a new number, or a later expiry."""
    method = named(account, method_id, param="id")
    if method["type"] != "card":
        raise StripeRefusal("Only cards are updated by their networks.", param="payment_method")
    details = dict(method["card"])
    if number is not None:
        card = card_of(number)
        details.update(
            brand=card.brand,
            country=card.country,
            fingerprint=fingerprint(account, card.number),
            funding=card.funding,
            last4=card.last4,
        )
        method["_number"] = card.number
    details["exp_month"] = exp_month or details["exp_month"]
    details["exp_year"] = exp_year or details["exp_year"] + (0 if exp_month or number else 3)
    return save(account, method, "payment_method.automatically_updated", card=details)


def test_card(method: Document) -> TestCard:
    return TEST_CARDS[method["_number"]]


def behind(method: Document) -> TestCard | BankAccount:
    """The test card or the test bank account that a payment method stands for."""
    if method["type"] == "card":
        return test_card(method)
    return TEST_ACCOUNTS[method["_number"]]


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
