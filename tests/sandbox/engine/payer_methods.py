"""From what a payer gave on a hosted page to a payment method: typed, or one that is there already."""

from collections.abc import Collection

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid, missing
from tests.sandbox.engine.payment_methods import TypedCard, create_card
from tests.sandbox.engine.store import Document

Typed = TypedCard | str
"""What was typed, or the id of a payment method."""


def method_of(
    account: Account, typed: Typed, billing: Document, *, allowed: Collection[str] = ("card",)
) -> Document:
    """The payment method; a card error for what was mistyped, and for a kind that is not offered."""
    if isinstance(typed, str):
        method = account.store.get("payment_method", typed)
        if method is None:
            raise missing("PaymentMethod", typed, param="payment_method", status=400)
        if method["type"] not in allowed:
            raise invalid(f"This page does not take {method['type']}.", param="payment_method")
        return method
    if "card" not in allowed:
        raise StripeRefusal("This page does not take cards.", status=402, param="method")
    return create_card(account, typed, billing)
