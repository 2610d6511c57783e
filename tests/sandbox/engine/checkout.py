"""What happens on the hosted page: a payer submits a card, authenticates if asked, and has paid.

The subscription, its invoice and its customer are made only once the money is there, so a checkout
that was declined or abandoned leaves none of them behind.
"""

from dataclasses import dataclass
from typing import Any, Literal

from tests.sandbox.engine import (
    charges,
    customers,
    payment_intents,
    sessions,
    subscriptions,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import in_present
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payment_methods import TypedCard, attach, create_card
from tests.sandbox.engine.store import Document

Step = Literal["complete", "authenticate"]


@dataclass(frozen=True, slots=True)
class Payer:
    """What a payer typed about themselves."""

    email: str
    name: str
    country: str = ""
    postal_code: str = ""

    def address(self) -> Document | None:
        return customers.address({"country": self.country, "postal_code": self.postal_code})

    def billing_details(self) -> Document:
        return {"email": self.email or None, "name": self.name or None, "address": self.address()}


@in_present
def submit(account: Account, session: Document, typed: TypedCard, payer: Payer) -> Step:
    """Pay an open session. A card error (StripeRefusal) leaves it open for another try.

    Submitting a completed session again changes nothing and charges nothing.
    """
    if session["status"] == "complete":
        return "complete"
    _must_be_open(account, session)
    email = _email(account, session, payer)
    method = create_card(account, typed, {**payer.billing_details(), "email": email})
    intent = _intent(account, session)
    session["_method"] = method["id"]
    session["customer_details"] = sessions.details(
        email=email, name=payer.name or None, address=payer.address()
    )
    account.store.put(session)
    if payment_intents.confirm(account, intent, method) == "requires_action":
        return "authenticate"
    _complete(account, session, intent, method)
    return "complete"


@in_present
def authenticate(account: Account, session: Document, *, passed: bool) -> None:
    """End the 3D Secure step; a failed one raises the card error and leaves the session open."""
    if session["status"] == "complete":
        return
    _must_be_open(account, session)
    intent, method = _known_intent(account, session), _method(account, session)
    if intent is None or intent["status"] != "requires_action" or method is None:
        raise invalid("This Checkout Session does not wait for authentication.")
    if not passed:
        raise payment_intents.fail_authentication(account, intent, method)
    method["_authenticated"] = True
    account.store.put(method)
    payment_intents.confirm(account, intent, method)
    _complete(account, session, intent, method)


def awaits_authentication(account: Account, session: Document) -> bool:
    intent = _known_intent(account, session)
    return bool(intent and session["status"] == "open" and intent["status"] == "requires_action")


def _complete(account: Account, session: Document, intent: Document, method: Document) -> None:
    customer = _customer(account, session)
    if customer:
        intent["customer"] = customer["id"]
        if intent["setup_future_usage"]:
            attach(account, method, customer["id"])
    charge = payment_intents.collect(account, intent, method)
    if session["mode"] == "subscription":
        assert customer is not None
        _start_subscription(account, session, customer, intent, method)
    session.update(status="complete", payment_status="paid", url=None)
    account.store.put(session)
    emit(account, "checkout.session.completed", session)
    charges.settle(account, charge)


def _start_subscription(
    account: Account, session: Document, customer: Document, intent: Document, method: Document
) -> None:
    subscription = subscriptions.create_from_checkout(
        account,
        customer=customer,
        method_id=method["id"],
        lines=session["_line_items"],
        data=session["_subscription_data"],
        intent=intent,
    )
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])


def _customer(account: Account, session: Document) -> Document | None:
    """The session's customer: the one it was opened for, or one made now if it asks for that."""
    if session["customer"]:
        return account.store.get("customer", session["customer"])
    if session["customer_creation"] != "always":
        return None
    known = session["customer_details"]
    given = {key: known[key] for key in ("email", "name", "address") if known[key]}
    customer = customers.create(account, given)
    session["customer"] = customer["id"]
    return customer


def _intent(account: Account, session: Document) -> Document:
    """The payment intent of the session: one for all its tries."""
    existing = _known_intent(account, session)
    if existing:
        return existing
    data: dict[str, Any] = session["_payment_intent_data"]
    if session["mode"] == "subscription":
        data = {"setup_future_usage": "off_session", "description": "Subscription creation"}
    intent = payment_intents.create(
        account,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        data=data,
    )
    session["_intent"] = intent["id"]
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
    account.store.put(session)
    return intent


def _email(account: Account, session: Document, payer: Payer) -> str:
    email = sessions.known_email(account, session) or payer.email
    if "@" not in email.strip("@"):
        raise StripeRefusal(
            "Your email is incomplete.", status=402, code="email_invalid", param="email"
        )
    return email


def _known_intent(account: Account, session: Document) -> Document | None:
    return account.store.get("payment_intent", session.get("_intent") or "")


def _method(account: Account, session: Document) -> Document | None:
    return account.store.get("payment_method", session.get("_method") or "")


def _must_be_open(account: Account, session: Document) -> None:
    if session["status"] != "open":
        raise invalid("This Checkout Session has expired.")
    customer = account.store.get("customer", session["customer"] or "")
    if customer and customer.get("deleted"):
        raise invalid("The customer of this Checkout Session was deleted.")
