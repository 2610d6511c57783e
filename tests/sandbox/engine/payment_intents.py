"""Payment intents: one collection of money, through declines and authentication to success."""

from typing import Any, Literal

from tests.sandbox.engine import charges
from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.cards import DECLINE_MESSAGES
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payment_methods import test_card
from tests.sandbox.engine.store import Document

Confirmation = Literal["ready", "requires_action"]


def create(
    account: Account, *, amount: int, currency: str, customer: str | None, data: Document
) -> Document:
    """An intent that waits for a payment method; `data` as in `payment_intent_data`."""
    intent_id = account.new_id("pi")
    intent = account.store.put(
        {
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic_async",
            "client_secret": f"{intent_id}_secret_{random_text(25)}",
            "confirmation_method": "automatic",
            "created": account.now(),
            "currency": currency,
            "customer": customer,
            "description": data.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": dict(data.get("metadata") or {}),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": ["card"],
            "processing": None,
            "receipt_email": None,
            "review": None,
            "setup_future_usage": data.get("setup_future_usage"),
            "shipping": None,
            "source": None,
            "statement_descriptor": data.get("statement_descriptor"),
            "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": data.get("transfer_group"),
        }
    )
    emit(account, "payment_intent.created", intent)
    return intent


def confirm(account: Account, intent: Document, method: Document) -> Confirmation:
    """Ask the card. A decline raises its card error and leaves the intent open; "ready" means collect."""
    card = test_card(method)
    intent.update(last_payment_error=None, next_action=None, payment_method=method["id"])
    if card.decline_code:
        charge = charges.create_failed(account, intent, method, card.decline_code)
        message = DECLINE_MESSAGES[card.decline_code]
        error = {
            "advice_code": "try_again_later",
            "charge": charge["id"],
            "code": "card_declined",
            "decline_code": card.decline_code,
            "doc_url": "https://stripe.com/docs/error-codes/card-declined",
            "message": message,
        }
        _fail(account, intent, method, error)
        raise StripeRefusal(
            message,
            status=402,
            type_="card_error",
            code="card_declined",
            decline_code=card.decline_code,
            charge=charge["id"],
        )
    if card.authentication != "never" and not method["_authenticated"]:
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
        account.store.put(intent)
        emit(account, "payment_intent.requires_action", intent)
        return "requires_action"
    return "ready"


def collect(account: Account, intent: Document, method: Document) -> Document:
    """Take the money with a method that `confirm` found ready; returns the charge."""
    charge = charges.create_succeeded(account, intent, method)
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        next_action=None,
    )
    account.store.put(intent)
    emit(account, "payment_intent.succeeded", intent)
    return charge


def fail_authentication(account: Account, intent: Document, method: Document) -> StripeRefusal:
    """The payer did not authenticate: the intent waits for another card; returns the card error."""
    code = "payment_intent_authentication_failure"
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method "
        "and try again."
    )
    _fail(account, intent, method, {"code": code, "message": message})
    return StripeRefusal(message, status=402, type_="card_error", code=code)


def abandon(account: Account, intent_id: str) -> None:
    """Cancel an intent that was never paid, when its session expires."""
    intent = account.store.get("payment_intent", intent_id)
    if intent and intent["status"] not in ("succeeded", "canceled"):
        intent.update(
            status="canceled",
            canceled_at=account.now(),
            cancellation_reason="expired",
            next_action=None,
        )
        account.store.put(intent)
        emit(account, "payment_intent.canceled", intent)


def _fail(account: Account, intent: Document, method: Document, error: dict[str, Any]) -> None:
    shown = {key: value for key, value in method.items() if not key.startswith("_")}
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_payment_error={**error, "payment_method": shown, "type": "card_error"},
    )
    if "charge" in error:
        intent["latest_charge"] = error["charge"]
    account.store.put(intent)
    emit(account, "payment_intent.payment_failed", intent)
