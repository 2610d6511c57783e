"""What happens on the hosted page: a payer submits a way to pay, authenticates if asked, and is done.

The subscription, its invoice and its customer are made only once the money is there or, for a bank
debit, on its way, so a checkout that was declined or abandoned leaves none of them behind.
"""

from typing import Any, Literal

from tests.sandbox.engine import (
    charges,
    checkout_payers,
    customers,
    payer_methods,
    payment_intents,
    sessions,
    setup_intents,
    subscriptions,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.checkout_payers import Payer
from tests.sandbox.engine.clocks import in_present
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payer_methods import Typed
from tests.sandbox.engine.payment_methods import attach
from tests.sandbox.engine.store import Document

Step = Literal["complete", "authenticate"]


@in_present
def submit(account: Account, session: Document, typed: Typed, payer: Payer) -> Step:
    """Finish an open session. A card error (StripeRefusal) leaves it open for another try.

    Submitting a completed session again changes nothing and charges nothing.
    """
    if session["status"] == "complete":
        return "complete"
    _must_be_open(account, session)
    email = _email(account, session, payer)
    checkout_payers.collect(account, session, payer, email=email)
    method = payer_methods.method_of(
        account,
        typed,
        {**payer.billing_details(), "email": email, "phone": payer.phone or None},
        allowed=session["payment_method_types"],
    )
    intent = _intent(account, session)
    session["_method"] = method["id"]
    account.store.put(session)
    if _engine_of(intent).confirm(account, intent, method) == "requires_action":
        return "authenticate"
    _complete(account, session, intent, method)
    return "complete"


@in_present
def authenticate(account: Account, session: Document, *, passed: bool) -> None:
    """End the 3D Secure step; a failed one raises the card error and leaves the session open."""
    if session["status"] == "complete":
        return
    _must_be_open(account, session)
    intent = _known_intent(account, session)
    method = account.store.get("payment_method", session.get("_method") or "")
    if intent is None or intent["status"] != "requires_action" or method is None:
        raise invalid("This Checkout Session does not wait for authentication.")
    if intent["object"] == "setup_intent":
        setup_intents.authenticate(account, intent, passed=passed)
    else:
        if not passed:
            raise payment_intents.fail_authentication(account, intent, method)
        payment_intents.pass_authentication(account, intent, method)
        payment_intents.confirm(account, intent, method)
    _complete(account, session, intent, method)


def awaits_authentication(account: Account, session: Document) -> bool:
    intent = _known_intent(account, session)
    return bool(intent and session["status"] == "open" and intent["status"] == "requires_action")


def follow_intent(account: Account, intent: Document) -> None:
    """The bank debit of a completed session came through, or came back. The session tells of it once:
    later tries of the same intent belong to the subscription's invoice."""
    session = account.store.get("checkout.session", intent.get("_session") or "")
    if session is None or not session.get("_awaits_bank"):
        return
    if intent["status"] == "succeeded":
        session.update(payment_status="paid", _awaits_bank=False)
        account.store.put(session)
        emit(account, "checkout.session.async_payment_succeeded", session)
    elif intent["status"] in ("requires_payment_method", "canceled"):
        session["_awaits_bank"] = False
        account.store.put(session)
        emit(account, "checkout.session.async_payment_failed", session)


def _complete(account: Account, session: Document, intent: Document, method: Document) -> None:
    customer = _customer(account, session)
    charge = None
    if customer:
        intent["customer"] = customer["id"]
        account.store.put(intent)
        if intent["object"] == "setup_intent" or intent["setup_future_usage"]:
            attach(account, method, customer["id"])
    if intent["object"] == "payment_intent":
        charge = payment_intents.collect(account, intent, method)
        session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
        session["_awaits_bank"] = intent["status"] == "processing"
    if session["mode"] == "subscription":
        assert customer is not None
        subscription = subscriptions.create_from_checkout(
            account,
            customer=customer,
            method_id=method["id"],
            lines=session["_line_items"],
            data=session["_subscription_data"],
            intent=intent if charge else None,
        )
        session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
    session.update(status="complete", url=None)
    account.store.put(session)
    emit(account, "checkout.session.completed", session)
    if charge and charge["status"] == "succeeded":
        charges.settle(account, charge)


def _customer(account: Account, session: Document) -> Document | None:
    """The session's customer: the one it was opened for, or one made now if it asks for that."""
    known = session["customer_details"]
    if session["customer"]:
        customer = account.store.get("customer", session["customer"])
        wanted = session["_customer_update"]
        changes = {
            key: known[key]
            for key in ("name", "address")
            if wanted.get(key) == "auto" and known[key]
        }
        if changes:
            customers.update(account, changes, session["customer"])
        return customer
    if session["customer_creation"] != "always":
        return None
    given = {
        key: known[key]
        for key in ("email", "name", "address", "phone", "individual_name", "business_name")
        if known[key]
    }
    customer = customers.create(account, given)
    session["customer"] = customer["id"]
    return customer


def _intent(account: Account, session: Document) -> Document:
    """The intent of the session, one for all its tries: to pay, or to set up where nothing is due now."""
    existing = _known_intent(account, session)
    if existing:
        return existing
    if not session["amount_total"]:
        intent = setup_intents.create(
            account,
            customer=session["customer"],
            data={"description": "Subscription creation"},
            types=session["payment_method_types"],
        )
    else:
        intent = _new_payment_intent(account, session)
    session["_intent"] = intent["id"]
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
    account.store.put(session)
    return intent


def _new_payment_intent(account: Account, session: Document) -> Document:
    data: dict[str, Any] = session["_payment_intent_data"]
    if session["mode"] == "subscription":
        data = {"setup_future_usage": "off_session", "description": "Subscription creation"}
    return payment_intents.create(
        account,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        data=data,
        note={"_session": session["id"]},
    )


def _known_intent(account: Account, session: Document) -> Document | None:
    intent_id = session.get("_intent") or ""
    return account.store.get("payment_intent", intent_id) or account.store.get(
        "setup_intent", intent_id
    )


def _engine_of(intent: Document) -> Any:
    return setup_intents if intent["object"] == "setup_intent" else payment_intents


def _email(account: Account, session: Document, payer: Payer) -> str:
    email = sessions.known_email(account, session) or payer.email
    if "@" not in email.strip("@"):
        raise StripeRefusal(
            "Your email is incomplete.", status=402, code="email_invalid", param="email"
        )
    return email


def _must_be_open(account: Account, session: Document) -> None:
    if session["status"] != "open":
        raise invalid("This Checkout Session has expired.")
    customer = account.store.get("customer", session["customer"] or "")
    if customer and customer.get("deleted"):
        raise invalid("The customer of this Checkout Session was deleted.")
