"""Setup intents: a payment method proven with its bank, and kept for payments that come later."""

from typing import Any, Literal

from tests.sandbox.engine import authentication, mandates, metadata
from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.declines import DECLINES
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payment_methods import attach, test_card
from tests.sandbox.engine.store import Document

Confirmation = Literal["succeeded", "requires_action"]


def create(
    account: Account,
    *,
    customer: str | None,
    data: dict[str, Any],
    types: list[str] | None = None,
    note: dict[str, Any] | None = None,
) -> Document:
    """An intent that waits for a payment method; `data` as in `setup_intent_data`."""
    intent_id = account.new_id("seti")
    intent = account.store.put(
        {
            "id": intent_id,
            "object": "setup_intent",
            "allowed_payment_method_types": None,
            "application": None,
            "automatic_payment_methods": None,
            "cancellation_reason": None,
            "client_secret": f"{intent_id}_secret_{random_text(25)}",
            "created": account.now(),
            "customer": customer,
            "customer_account": None,
            "description": data.get("description"),
            "excluded_payment_method_types": None,
            "flow_directions": None,
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": metadata.merged({}, data.get("metadata")),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": types or ["card"],
            "single_use_mandate": None,
            "status": "requires_payment_method",
            "usage": "off_session",
            **(note or {}),
        }
    )
    emit(account, "setup_intent.created", intent)
    return intent


def confirm(
    account: Account, intent: Document, method: Document, *, return_url: str | None = None
) -> Confirmation:
    """Prove the method. A decline raises its card error and leaves the intent open for another."""
    intent.update(last_setup_error=None, next_action=None, payment_method=method["id"])
    if method["type"] != "card":
        intent["mandate"] = mandates.of_method(account, method)["id"]
    elif authentication.asks(intent, method, off_session=False):
        intent["status"] = "requires_action"
        intent["next_action"] = authentication.next_action(account, intent, return_url)
        account.store.put(intent)
        emit(account, "setup_intent.requires_action", intent)
        return "requires_action"
    else:
        _prove(account, intent, method)
    _succeed(account, intent, method)
    return "succeeded"


def authenticate(account: Account, intent: Document, *, passed: bool) -> None:
    """End the 3D Secure step; a failed one raises the card error and leaves the intent open."""
    method = account.store.get("payment_method", intent["payment_method"] or "")
    if intent["status"] != "requires_action" or method is None:
        raise invalid("This SetupIntent does not wait for authentication.")
    if not passed:
        raise _failed(
            account,
            intent,
            method,
            {
                "code": "setup_intent_authentication_failure",
                "message": "We are unable to authenticate your payment method. Please choose a different "
                "payment method and try again.",
            },
        )
    authentication.remember(account, intent, method)
    _prove(account, intent, method)
    _succeed(account, intent, method)


def cancel(account: Account, intent: Document, *, reason: str | None = None) -> Document:
    intent.update(status="canceled", cancellation_reason=reason, next_action=None)
    account.store.put(intent)
    emit(account, "setup_intent.canceled", intent)
    return intent


def abandon(account: Account, intent_id: str) -> None:
    """Cancel an intent that was never finished, when its session expires."""
    intent = account.store.get("setup_intent", intent_id)
    if intent and intent["status"] not in ("succeeded", "canceled"):
        cancel(account, intent, reason="abandoned")


def _prove(account: Account, intent: Document, method: Document) -> None:
    """Ask the issuer whether the card could be charged; a card that may be kept anyway passes."""
    card = test_card(method)
    if card.decline_code and not card.keeps:
        raise _failed(account, intent, method, DECLINES[card.decline_code].error())


def _succeed(account: Account, intent: Document, method: Document) -> None:
    if intent["customer"]:
        attach(account, method, intent["customer"])
    method["_set_up"] = intent["usage"] == "off_session"
    account.store.put(method)
    intent.update(status="succeeded", next_action=None, last_setup_error=None)
    account.store.put(intent)
    emit(account, "setup_intent.succeeded", intent)


def _failed(
    account: Account, intent: Document, method: Document, error: dict[str, Any]
) -> StripeRefusal:
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error={**error, "payment_method": public(method), "type": "card_error"},
    )
    account.store.put(intent)
    emit(account, "setup_intent.setup_failed", intent)
    extra = {key: error[key] for key in ("advice_code", "decline_code") if key in error}
    return StripeRefusal(
        error["message"],
        status=402,
        type_="card_error",
        code=error["code"],
        setup_intent=public(intent),
        payment_method=public(method),
        **extra,
    )
