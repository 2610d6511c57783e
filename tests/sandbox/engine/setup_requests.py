"""What API calls do with setup intents."""

from typing import Any

from tests.sandbox.engine import intent_methods, mandates, metadata, setup_intents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal, missing
from tests.sandbox.engine.lists import given
from tests.sandbox.engine.store import Document

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(account: Account, params: dict[str, Any]) -> Document:
    automatic = {"enabled": True, "allow_redirects": "always"}
    intent = setup_intents.create(
        account,
        customer=intent_methods.customer_given(account, params),
        data=given(params, "description", "metadata"),
        types=intent_methods.types_offered(params, None),
        note={
            **given(params, *intent_methods.NARROWING, "usage"),
            "automatic_payment_methods": automatic | params.get("automatic_payment_methods", {}),
        },
    )
    if params.get("confirm"):
        return confirm(account, params, intent["id"])
    _note_method(account, intent, params)
    return intent


def update(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    """Change an intent that has not been confirmed. No event tells of it, as at Stripe."""
    intent = _open(account, intent_id, "update")
    if "description" in params:
        intent["description"] = params["description"] or None
    if "metadata" in params:
        intent["metadata"] = metadata.merged(intent["metadata"], params["metadata"])
    if "customer" in params:
        intent["customer"] = intent_methods.customer_given(account, params)
    _note_method(account, intent, params)
    return account.store.put(intent)


def confirm(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    """Prove the method with its bank and keep it. A decline answers with its card error."""
    intent = _open(account, intent_id, "confirm")
    method = intent_methods.method_given(account, intent, params)
    if method is None:
        raise StripeRefusal(
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the "
            "SetupIntent with a payment method and then confirm it again.",
            code="setup_intent_unexpected_state",
            setup_intent=public(intent),
        )
    intent_methods.must_be_agreed(method, params)
    if method["type"] != "card":
        mandates.of_method(account, method, params.get("mandate_data") or None)
    setup_intents.confirm(account, intent, method, return_url=params.get("return_url"))
    return intent


def cancel(account: Account, params: dict[str, Any], intent_id: str) -> Document:
    intent = _open(account, intent_id, "cancel")
    return setup_intents.cancel(account, intent, reason=params.get("cancellation_reason"))


def _open(account: Account, intent_id: str, action: str) -> Document:
    intent = account.store.get("setup_intent", intent_id)
    if intent is None:
        raise missing("setup_intent", intent_id, param="intent")
    if intent["status"] not in OPEN:
        raise StripeRefusal(
            f"You cannot {action} this SetupIntent because it has a status of {intent['status']}.",
            code="setup_intent_unexpected_state",
            setup_intent=public(intent),
        )
    return intent


def _note_method(account: Account, intent: Document, params: dict[str, Any]) -> None:
    if params.keys() & {"payment_method", "payment_method_data"}:
        method = intent_methods.method_given(account, intent, params)
        assert method is not None
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
        account.store.put(intent)
