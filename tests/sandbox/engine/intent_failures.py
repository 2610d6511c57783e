"""How a payment attempt fails: what the intent keeps of it, and the error that the caller gets."""

from typing import Any

from tests.sandbox.engine import charges
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import FAILURE_MESSAGES
from tests.sandbox.engine.declines import Decline
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.store import Document

DOCUMENTED_AT = "https://stripe.com/docs/error-codes"
INTENT_CODES = {"generic_could_not_process": "payment_intent_payment_attempt_failed"}
"""Failure codes of charges that intents call otherwise; the rest have the same name on both."""


def decline(account: Account, intent: Document, method: Document, why: Decline) -> StripeRefusal:
    """The card was asked and refused: a failed charge, and the intent waits for another method."""
    charge = charges.create_failed(account, intent, method, why)
    error = {
        **why.error(),
        "charge": charge["id"],
        "doc_url": f"{DOCUMENTED_AT}/{why.code.replace('_', '-')}",
    }
    note(account, intent, method, {**error, "type": "card_error"})
    return _refusal(intent, method, error)


def unauthenticated(account: Account, intent: Document, method: Document) -> StripeRefusal:
    """The payer did not authenticate: no charge was tried, and the intent waits for another method."""
    error = {
        "code": "payment_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again.",
    }
    note(account, intent, method, {**error, "type": "card_error"})
    return _refusal(intent, method, error)


def no_mandate(account: Account, intent: Document, method: Document) -> StripeRefusal:
    """The permission to debit has ended: nothing is sent to the bank."""
    error = {
        "code": "payment_intent_mandate_invalid",
        "message": "The mandate of this payment method is inactive. Collect a new one from the customer.",
    }
    note(account, intent, method, {**error, "type": "invalid_request_error"})
    return StripeRefusal(
        error["message"],
        code=error["code"],
        payment_intent=public(intent),
        payment_method=public(method),
    )


def debit_failed(account: Account, intent: Document, method: Document, charge: Document) -> None:
    """A bank debit came back, days after it began."""
    reason = charge["failure_code"]
    error = {
        "charge": charge["id"],
        "code": INTENT_CODES.get(reason, reason),
        "message": FAILURE_MESSAGES[reason],
        "type": "invalid_request_error",
    }
    note(account, intent, method, error)


def note(account: Account, intent: Document, method: Document, error: dict[str, Any]) -> None:
    intent.update(
        status="requires_payment_method",
        amount_capturable=0,
        amount_received=0,
        payment_method=None,
        next_action=None,
        last_payment_error={**error, "payment_method": public(method)},
    )
    if "charge" in error:
        intent["latest_charge"] = error["charge"]
    account.store.put(intent)
    emit(account, "payment_intent.payment_failed", intent)


def _refusal(intent: Document, method: Document, error: dict[str, Any]) -> StripeRefusal:
    """The card error, which carries the intent and the method that failed as they are now."""
    extra = {key: error[key] for key in ("advice_code", "charge", "decline_code") if key in error}
    return StripeRefusal(
        error["message"],
        status=402,
        type_="card_error",
        code=error["code"],
        payment_intent=public(intent),
        payment_method=public(method),
        **extra,
    )
