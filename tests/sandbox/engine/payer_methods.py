"""From what a payer gave on a hosted page to a payment method: typed, or one that is there already."""

from collections.abc import Collection

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.payment_methods import (
    TypedBankAccount,
    TypedCard,
    create_bank_debit,
    create_card,
    named,
)
from tests.sandbox.engine.store import Document

Typed = TypedCard | TypedBankAccount | str
"""What was typed, or the id of a payment method."""


def method_of(
    account: Account, typed: Typed, billing: Document, *, allowed: Collection[str] = ("card",)
) -> Document:
    """The payment method; a refusal (402) for what was mistyped, and for a kind that is not offered."""
    if isinstance(typed, str):
        method = named(account, typed)
        if method["type"] not in allowed:
            raise invalid(f"This page does not take {method['type']}.", param="payment_method")
        return method
    if isinstance(typed, TypedBankAccount):
        return _bank_debit(account, typed, billing, allowed)
    if "card" not in allowed:
        raise StripeRefusal("This page does not take cards.", status=402, param="method")
    return create_card(account, typed, billing)


def _bank_debit(
    account: Account, typed: TypedBankAccount, billing: Document, allowed: Collection[str]
) -> Document:
    type_, field = (
        ("sepa_debit", "iban") if typed.iban or not typed.sort_code else ("bacs_debit", "sort_code")
    )
    if type_ not in allowed:
        raise StripeRefusal("This page does not take this account.", status=402, param="method")
    if not billing["name"]:
        raise StripeRefusal(
            "Please give the name on the account.", status=402, code="incomplete", param="name"
        )
    try:
        return create_bank_debit(account, typed, billing)
    except StripeRefusal as refusal:
        # The page names its own fields, and shows itself again.
        raise StripeRefusal(
            refusal.message, status=402, code=refusal.code, param=field
        ) from refusal
