"""Which payment method an intent is confirmed with, and which kinds of them it takes."""

from typing import Any

from tests.sandbox.engine import customers, method_requests
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import debits_in
from tests.sandbox.engine.errors import invalid
from tests.sandbox.engine.payment_methods import named
from tests.sandbox.engine.store import Document

NARROWING = ("allowed_payment_method_types", "excluded_payment_method_types")


def types_offered(params: dict[str, Any], currency: str | None) -> list[str]:
    """Cards, and the bank debits of a currency, as far as the request leaves them; all when it is None."""
    allowed = params.get("allowed_payment_method_types") or None
    excluded = params.get("excluded_payment_method_types") or ()
    types = [
        type_
        for type_ in ("card", *debits_in(currency))
        if type_ not in excluded and (allowed is None or type_ in allowed)
    ]
    if not types:
        raise invalid(
            "No payment method is left for this intent.",
            param=next(name for name in NARROWING if params.get(name)),
        )
    return types


def method_given(account: Account, intent: Document, params: dict[str, Any]) -> Document | None:
    """The method that a request brings along or names, else the one the intent has already."""
    if "payment_method_data" in params:
        method: Document | None = method_requests.create(account, params["payment_method_data"])
    elif "payment_method" in params:
        method = named(account, params["payment_method"])
    else:
        method = account.store.get("payment_method", intent["payment_method"] or "")
    if method:
        _must_fit(intent, method)
    return method


def customer_given(account: Account, params: dict[str, Any]) -> str | None:
    if "customer" not in params:
        return None
    return str(customers.get(account, params["customer"], param="customer")["id"])


def must_be_agreed(method: Document, params: dict[str, Any]) -> None:
    """A bank debit needs its payer's mandate: an earlier one, or the acceptance in this request.

    One that has ended is told of where it is used.
    """
    if method["type"] != "card" and not method["_mandate"] and "mandate_data" not in params:
        raise invalid(
            "This payment method needs a mandate: pass `mandate_data` with the payer's acceptance, or use "
            "a method that has been set up before.",
            param="mandate_data",
            code="parameter_missing",
        )


def _must_fit(intent: Document, method: Document) -> None:
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this intent. It takes: "
            f"{', '.join(intent['payment_method_types'])}.",
            param="payment_method",
            code="payment_intent_incompatible_payment_method",
        )
    if method.get("_is_spent"):
        raise invalid(
            "The provided PaymentMethod was detached from its Customer and may not be used again.",
            param="payment_method",
        )
    if method["customer"] not in (None, intent["customer"]):
        raise invalid(
            "The provided PaymentMethod belongs to a Customer: it can be used only with an intent of that "
            "Customer.",
            param="payment_method",
        )
