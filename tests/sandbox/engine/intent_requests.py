"""What API calls do with payment intents."""

from typing import Any

from tests.sandbox.engine import (
    charges,
    followers,
    intent_methods,
    mandates,
    metadata,
    payment_intents,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal, invalid, missing
from tests.sandbox.engine.lists import given
from tests.sandbox.engine.money import check_charge_amount, read_currency
from tests.sandbox.engine.store import Document

UNCONFIRMED = ("requires_payment_method", "requires_confirmation")
CONFIRMABLE = (*UNCONFIRMED, "requires_action")
ERROR_AT_ACTION = "This payment required an authentication action to complete, but `error_on_requires_action` was set."
SIMPLE_FIELDS = (
    "description", "receipt_email", "setup_future_usage", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


def create(account: Account, params: dict[str, Any]) -> Document:
    currency = read_currency(params["currency"])
    check_charge_amount(params["amount"], currency, what="Amount", param="amount")
    automatic = {"enabled": True, "allow_redirects": "always"}
    if "automatic_payment_methods" in params:
        automatic |= params["automatic_payment_methods"]
    data = given(params, *SIMPLE_FIELDS, *intent_methods.NARROWING, "capture_method",
                 "confirmation_method", "metadata", "shipping")  # fmt: skip
    intent = payment_intents.create(
        account,
        amount=params["amount"],
        currency=currency,
        customer=intent_methods.customer_given(account, params),
        data={
            **data,
            "automatic_payment_methods": automatic,
            "payment_method_types": intent_methods.types_offered(params, currency),
        },
    )
    if params.get("confirm"):
        return confirm(account, params, intent["id"])
    _note_method(account, intent, params)
    return intent


def update(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    """Change an intent before it is paid. No event tells of it, as at Stripe."""
    intent = get(account, intent_id)
    if intent["status"] not in CONFIRMABLE:
        raise _unexpected(intent, "update", CONFIRMABLE)
    if "currency" in params:
        intent["currency"] = read_currency(params["currency"])
    if "amount" in params:
        amount = params["amount"]
        check_charge_amount(amount, intent["currency"], what="Amount", param="amount")
        intent["amount"] = amount
    for name in (*SIMPLE_FIELDS, "capture_method"):
        if name in params:
            intent[name] = params[name] or None
    if "metadata" in params:
        intent["metadata"] = metadata.merged(intent["metadata"], params["metadata"])
    if "customer" in params:
        intent["customer"] = intent_methods.customer_given(account, params)
    if params.keys() & {"currency", *intent_methods.NARROWING}:
        for name in intent_methods.NARROWING:
            intent[name] = params.get(name, intent[name]) or None
        intent["payment_method_types"] = intent_methods.types_offered(intent, intent["currency"])
    _note_method(account, intent, params)
    return account.store.put(intent)


def confirm(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    """Try to collect. A decline answers with its card error; the intent waits for another method."""
    intent = get(account, intent_id)
    if intent["status"] not in CONFIRMABLE:
        raise _unexpected(intent, "confirm", CONFIRMABLE)
    for name in ("receipt_email", "setup_future_usage", "capture_method"):
        if name in params:
            intent[name] = params[name] or None
    method = intent_methods.method_given(account, intent, params)
    if method is None:
        raise StripeRefusal(
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the "
            "PaymentIntent with a payment method and then confirm it again.",
            code="payment_intent_unexpected_state",
            payment_intent=public(intent),
        )
    intent_methods.must_be_agreed(method, params)
    if method["type"] != "card" and "mandate_data" in params:
        mandates.of_method(account, method, params["mandate_data"] or None)
    payment_intents.attempt(
        account,
        intent,
        method,
        off_session=bool(params.get("off_session")),
        waits=False if params.get("error_on_requires_action") else None,
        return_url=params.get("return_url"),
    )
    return intent


def cancel(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    intent = get(account, intent_id)
    payment_intents.cancel(account, intent, reason=params.get("cancellation_reason"))
    followers.tell(account, intent)
    return intent


def capture(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    """Take money that was only reserved."""
    intent = get(account, intent_id)
    if intent["status"] != "requires_capture":
        raise _unexpected(intent, "capture", ("requires_capture",))
    if "metadata" in params:
        intent["metadata"] = metadata.merged(intent["metadata"], params["metadata"])
    payment_intents.capture(account, intent)
    return intent


def capture_charge(account: Account, params: dict[str, Any], charge_id: str) -> Document:
    charge = charges.get(account, charge_id)
    if charge["captured"]:
        raise invalid(
            f"Charge {charge_id} has already been captured.", code="charge_already_captured"
        )
    capture(account, {}, charge["payment_intent"])
    return charge


def get(account: Account, intent_id: str) -> Document:
    intent = account.store.get("payment_intent", intent_id)
    if intent is None:
        raise missing("payment_intent", intent_id, param="intent")
    return intent


def _note_method(account: Account, intent: Document, params: dict[str, Any]) -> None:
    """A method named before confirmation waits on the intent for it."""
    if params.keys() & {"payment_method", "payment_method_data"}:
        method = intent_methods.method_given(account, intent, params)
        assert method is not None
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
        account.store.put(intent)


def _unexpected(intent: Document, action: str, allowed: tuple[str, ...]) -> StripeRefusal:
    return StripeRefusal(
        f"This PaymentIntent's status is {intent['status']}, so you cannot {action} it. That takes one of "
        f"these statuses: {', '.join(allowed)}.",
        code="payment_intent_unexpected_state",
        payment_intent=public(intent),
    )
