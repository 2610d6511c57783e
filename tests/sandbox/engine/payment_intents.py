"""Payment intents: one collection of money, through declines and authentication to success."""

from typing import Any, Literal

from tests.sandbox.engine import (
    authentication,
    bank_debits,
    charges,
    followers,
    intent_documents,
    intent_failures,
    mandates,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import in_present
from tests.sandbox.engine.declines import AUTHENTICATION_REQUIRED, DECLINES
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payment_methods import attach, test_card
from tests.sandbox.engine.store import Document

Confirmation = Literal["ready", "requires_action"]
ENDED = ("succeeded", "canceled")


def create(
    account: Account,
    *,
    amount: int,
    currency: str,
    customer: str | None,
    data: dict[str, Any],
    note: dict[str, Any] | None = None,
) -> Document:
    """An intent that waits for a payment method; `data` as in `payment_intent_data`.

    `note` says what it pays for: `_invoice` or `_session`.
    """
    new = intent_documents.new(
        account, amount=amount, currency=currency, customer=customer, data=data
    )
    intent = account.store.put({**new, **(note or {})})
    emit(account, "payment_intent.created", intent)
    return intent


def confirm(
    account: Account,
    intent: Document,
    method: Document,
    *,
    off_session: bool = False,
    waits: bool | None = None,
    return_url: str | None = None,
) -> Confirmation:
    """Ask the card. A decline raises its card error and leaves the intent open; "ready" means collect.

    A payer who is needed is waited for, unless `off_session` says that there is none: then the payment
    is declined. `waits` decides it otherwise, as for an invoice whose payer will get a link.
    """
    intent.update(last_payment_error=None, next_action=None, payment_method=method["id"])
    if method["type"] != "card":
        if off_session and mandates.has_ended(account, method):
            raise intent_failures.no_mandate(account, intent, method)
        mandates.of_method(account, method)
        return "ready"
    if authentication.asks(intent, method, off_session=off_session):
        if not (waits if waits is not None else not off_session):
            raise intent_failures.decline(account, intent, method, AUTHENTICATION_REQUIRED)
        intent["status"] = "requires_action"
        intent["next_action"] = authentication.next_action(account, intent, return_url)
        account.store.put(intent)
        emit(account, "payment_intent.requires_action", intent)
        return "requires_action"
    if reason := test_card(method).decline_code:
        raise intent_failures.decline(account, intent, method, DECLINES[reason])
    return "ready"


def collect(account: Account, intent: Document, method: Document) -> Document:
    """Take the money with a method that `confirm` found ready; returns the charge.

    A card's charge has succeeded. A bank debit's is pending and its intent processing until the bank
    answers, days later.
    """
    if method["type"] != "card":
        return bank_debits.begin(account, intent, method)
    charge = charges.create_succeeded(account, intent, method)
    if intent["capture_method"] == "manual":
        return _hold(account, intent, charge)
    succeed(account, intent, charge)
    return charge


def succeed(account: Account, intent: Document, charge: Document) -> None:
    intent.update(
        status="succeeded",
        amount_capturable=0,
        amount_received=charge["amount_captured"],
        latest_charge=charge["id"],
        next_action=None,
        processing=None,
    )
    account.store.put(intent)
    emit(account, "payment_intent.succeeded", intent)


def attempt(
    account: Account,
    intent: Document,
    method: Document,
    *,
    off_session: bool = False,
    waits: bool | None = None,
    return_url: str | None = None,
) -> None:
    """Confirm an intent and collect it, and tell whoever waits for it what came of that.

    A decline raises its card error; a card that asks for its payer leaves the intent waiting.
    """
    try:
        step = confirm(
            account, intent, method, off_session=off_session, waits=waits, return_url=return_url
        )
    except StripeRefusal:
        followers.tell(account, intent)
        raise
    if step == "requires_action":
        return
    if intent["customer"] and intent["setup_future_usage"]:
        attach(account, method, intent["customer"])
        if intent["setup_future_usage"] == "off_session":
            method["_set_up"] = True
            account.store.put(method)
    charge = collect(account, intent, method)
    followers.tell(account, intent)
    if charge["captured"] and charge["status"] == "succeeded":
        charges.settle(account, charge)


@in_present
def authenticate(account: Account, intent: Document, *, passed: bool) -> None:
    """End a 3D Secure step outside Checkout; whoever waits for the intent is told what came of it.

    A failed one, and a decline after it, raise their card error.
    """
    method = account.store.get("payment_method", intent["payment_method"] or "")
    if intent["status"] != "requires_action" or method is None:
        raise invalid("This PaymentIntent does not wait for authentication.")
    if not passed:
        refusal = fail_authentication(account, intent, method)
        followers.tell(account, intent)
        raise refusal
    pass_authentication(account, intent, method)
    attempt(account, intent, method)


def capture(account: Account, intent: Document) -> None:
    """Take what a manual capture had reserved."""
    charge = charges.get(account, intent["latest_charge"])
    charges.capture(account, charge)
    succeed(account, intent, charge)
    followers.tell(account, intent)
    charges.settle(account, charge)


def pass_authentication(account: Account, intent: Document, method: Document) -> None:
    """The payer has authenticated; confirming the intent again now finds the method ready."""
    authentication.remember(account, intent, method)


def fail_authentication(account: Account, intent: Document, method: Document) -> StripeRefusal:
    """The payer did not authenticate: the intent waits for another card; returns the card error."""
    return intent_failures.unauthenticated(account, intent, method)


def cancel(account: Account, intent: Document, *, reason: str | None) -> None:
    """End an intent for good; a held authorisation is let go."""
    if intent["status"] in (*ENDED, "processing"):
        raise invalid(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be canceled: "
            "requires_payment_method, requires_capture, requires_confirmation, requires_action.",
            code="payment_intent_unexpected_state",
        )
    if intent["status"] == "requires_capture":
        charges.release(account, intent["latest_charge"])
    intent.update(
        status="canceled",
        amount_capturable=0,
        canceled_at=account.now(),
        cancellation_reason=reason,
        next_action=None,
    )
    account.store.put(intent)
    emit(account, "payment_intent.canceled", intent)


def abandon(account: Account, intent_id: str) -> None:
    """Cancel an intent that was never paid, when its session expires."""
    intent = account.store.get("payment_intent", intent_id)
    if intent and intent["status"] not in (*ENDED, "processing"):
        cancel(account, intent, reason="expired")


def _hold(account: Account, intent: Document, charge: Document) -> Document:
    """With manual capture the money is only reserved until it is captured."""
    intent.update(
        status="requires_capture",
        amount_capturable=intent["amount"],
        latest_charge=charge["id"],
        next_action=None,
    )
    account.store.put(intent)
    emit(account, "payment_intent.amount_capturable_updated", intent)
    return charge
