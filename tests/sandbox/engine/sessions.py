"""Checkout Sessions: created open, then completed by a payer on the hosted page, or expired."""

from typing import Any

from tests.sandbox.engine import (
    checkout_methods,
    customers,
    line_items,
    metadata,
    payment_intents,
    session_documents,
    session_recovery,
    setup_intents,
)
from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.lists import Page, given, page_of, page_within
from tests.sandbox.engine.money import check_charge_amount
from tests.sandbox.engine.store import Document

DEFAULT_LIFETIME = 24 * 3600


def create(account: Account, params: dict[str, Any]) -> Document:
    """Open a session. No payment is begun until somebody pays, so an abandoned one leaves nothing."""
    customer = None
    if "customer" in params:
        customer = customers.get(account, params["customer"], param="customer")
    offer = _nothing_sold(params) if params["mode"] == "setup" else _what_is_sold(account, params)
    now = account.now()
    session_id = f"cs_test_a1{random_text(56)}"
    hosted = params.get("ui_mode", "hosted_page") == "hosted_page"
    types = checkout_methods.offered(
        offer["currency"],
        excluded=params.get("excluded_payment_method_types", ()),
        allowed=params.get("allowed_payment_method_types"),
    )
    if not types:
        raise invalid(f"No payment method is left for a payment in {offer['currency']}.")
    session = account.store.put(
        {
            "id": session_id,
            "object": "checkout.session",
            "created": now,
            "livemode": False,
            "mode": params["mode"],
            "status": "open",
            "payment_status": "unpaid" if offer["amount_total"] else "no_payment_required",
            "url": f"{account.base_url}/checkout/{session_id}" if hosted else None,
            "client_secret": None if hosted else f"{session_id}_secret_{random_text(25)}",
            "expires_at": params.get("expires_at", now + DEFAULT_LIFETIME),
            "customer": params.get("customer"),
            "customer_details": _details_known(params, customer),
            "customer_creation": None if customer else _customer_creation(params),
            "payment_intent": None,
            "subscription": None,
            "invoice": None,
            "setup_intent": None,
            "metadata": metadata.merged({}, params.get("metadata")),
            "payment_method_collection": "if_required" if params["mode"] == "payment" else "always",
            **session_documents.as_given(params),
            **session_documents.constant_parts(),
            **session_documents.payment_methods_shown(types),
            **offer,
            "_payment_intent_data": params.get("payment_intent_data", {}),
            "_subscription_data": params.get("subscription_data", {}),
            "_customer_update": params.get("customer_update", {}),
        }
    )
    if params["mode"] == "setup":
        _begin_setup(account, session, params)
    if session_recovery.is_wanted(session):
        session["_params"] = params
        account.store.put(session)
    account.schedule(session["expires_at"], "expire_session", session_id)
    return session


def update(account: Account, params: dict[str, Any], session_id: str) -> Document:
    """Sessions announce no update of themselves."""
    session = get(account, session_id)
    if "metadata" in params:
        session["metadata"] = metadata.merged(session["metadata"], params["metadata"])
        account.store.put(session)
    return session


def _what_is_sold(account: Account, params: dict[str, Any]) -> Document:
    """Lines and the amount due now: what recurs is due later where a trial or an anchor says so."""
    lines = line_items.build(account, params)
    if is_deferred(params.get("subscription_data", {})):
        for line in lines:
            if line["price"]["recurring"]:
                line.update(amount_subtotal=0, amount_total=0)
    currency, total = lines[0]["currency"], sum(line["amount_total"] for line in lines)
    if total or params["mode"] == "payment":
        check_charge_amount(
            total, currency, what="The Checkout Session's total amount due", param="line_items"
        )
    return {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "_line_items": lines,
    }


def _nothing_sold(params: dict[str, Any]) -> Document:
    return {
        "amount_subtotal": None,
        "amount_total": None,
        "currency": params["currency"].lower(),
        "total_details": None,
        "_line_items": [],
    }


def is_deferred(subscription_data: dict[str, Any]) -> bool:
    """Whether the first period costs nothing: a trial, or the free time until a later anchor."""
    return bool(
        subscription_data.keys() & {"trial_end", "trial_period_days", "billing_cycle_anchor"}
    )


def _begin_setup(account: Account, session: Document, params: dict[str, Any]) -> None:
    """In setup mode the intent is there from the start and goes with the session."""
    intent = setup_intents.create(
        account,
        customer=session["customer"],
        data=params.get("setup_intent_data", {}),
        types=session["payment_method_types"],
    )
    session.update(setup_intent=intent["id"], _intent=intent["id"])
    account.store.put(session)


def _customer_creation(params: dict[str, Any]) -> str:
    default = "always" if params["mode"] == "subscription" else "if_required"
    return str(params.get("customer_creation", default))


def _details_known(params: dict[str, Any], customer: Document | None) -> Document | None:
    email = customer["email"] if customer else params.get("customer_email")
    return session_documents.details(email=email) if email else None


def list_line_items(account: Account, params: dict[str, Any], session_id: str) -> Page:
    return page_within(get(account, session_id)["_line_items"], params, kind="line item")


def list_sessions(account: Account, params: dict[str, Any]) -> Page:
    filters = given(params, "customer", "payment_intent", "status", "subscription")
    if "customer_details" in params:
        filters["customer_details.email"] = params["customer_details"]["email"]
    return page_of(account, "checkout.session", params, filters)


def expire(account: Account, params: dict[str, Any], session_id: str) -> Document:
    session = get(account, session_id)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session '
            f"has a status of {session['status']}."
        )
    return _expire(account, session)


def expire_when_due(account: Account, session_id: str) -> None:
    """What the timer of a session does; one that was paid or expired before is left alone."""
    session = account.store.get("checkout.session", session_id)
    if session and session["status"] == "open":
        _expire(account, session)


def _expire(account: Account, session: Document) -> Document:
    if intent_id := session.get("_intent"):
        payment_intents.abandon(account, intent_id)
        setup_intents.abandon(account, intent_id)
    session.update(status="expired", url=None)
    session_recovery.offer(account, session)
    account.store.put(session)
    emit(account, "checkout.session.expired", session)
    return session


def known_email(account: Account, session: Document) -> str | None:
    """The address that a session was opened with; the payer cannot change it on the page."""
    customer = account.store.get("customer", session["customer"] or "")
    email = customer.get("email") if customer else session["customer_email"]
    return str(email) if email else None


def get(account: Account, session_id: str) -> Document:
    session = account.store.get("checkout.session", session_id)
    if session is None:
        raise missing("checkout.session", session_id)
    return session
