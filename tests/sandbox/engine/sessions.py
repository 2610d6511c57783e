"""Checkout Sessions: created open, then completed by a payer on the hosted page, or expired."""

from typing import Any

from tests.sandbox.engine import customers, line_items, metadata, payment_intents
from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.lists import Page, given, page_of, page_within
from tests.sandbox.engine.money import check_charge_amount
from tests.sandbox.engine.store import Document

DEFAULT_LIFETIME = 24 * 3600


def create(account: Account, params: dict[str, Any]) -> Document:
    """Open a session. Nothing else is made until somebody pays, so an abandoned one leaves nothing."""
    customer = None
    if "customer" in params:
        customer = customers.get(account, params["customer"], param="customer")
    lines = line_items.build(account, params)
    currency, total = lines[0]["currency"], sum(line["amount_total"] for line in lines)
    check_charge_amount(
        total, currency, what="The Checkout Session's total amount due", param="line_items"
    )
    now = account.now()
    session_id = f"cs_test_a1{random_text(56)}"
    session = account.store.put(
        {
            "id": session_id,
            "object": "checkout.session",
            "created": now,
            "livemode": False,
            "mode": params["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "url": f"{account.base_url}/checkout/{session_id}",
            "expires_at": params.get("expires_at", now + DEFAULT_LIFETIME),
            "amount_subtotal": total,
            "amount_total": total,
            "currency": currency,
            "customer": params.get("customer"),
            "customer_email": params.get("customer_email"),
            "customer_details": _details_known(params, customer),
            "customer_creation": None if customer else _customer_creation(params),
            "payment_intent": None,
            "subscription": None,
            "invoice": None,
            "setup_intent": None,
            "metadata": metadata.merged({}, params.get("metadata")),
            **_as_given(params),
            **_constant_parts(params),
            "_line_items": lines,
            "_payment_intent_data": params.get("payment_intent_data", {}),
            "_subscription_data": params.get("subscription_data", {}),
        }
    )
    account.schedule(session["expires_at"], "expire_session", session_id)
    return session


def _as_given(params: dict[str, Any]) -> Document:
    return {
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "locale": params.get("locale"),
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "allow_promotion_codes": None,
        "billing_address_collection": None,
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "custom_text": {
            key: (params.get("custom_text") or {}).get(key) or None
            for key in ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        },
    }


def _constant_parts(params: dict[str, Any]) -> Document:
    """What a donation's session always shows: no tax, no shipping, no discount, cards only."""
    return {
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "currency_conversion": None,
        "custom_fields": [],
        "discounts": [],
        "invoice_creation": None,
        "origin_context": None,
        "payment_link": None,
        "payment_method_collection": "always"
        if params["mode"] == "subscription"
        else "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }


def _customer_creation(params: dict[str, Any]) -> str:
    default = "always" if params["mode"] == "subscription" else "if_required"
    return str(params.get("customer_creation", default))


def _details_known(params: dict[str, Any], customer: Document | None) -> Document | None:
    email = customer["email"] if customer else params.get("customer_email")
    return details(email=email, name=None, address=None) if email else None


def details(*, email: str | None, name: str | None, address: Document | None) -> Document:
    """`customer_details` as the session shows them."""
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


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
    session.update(status="expired", url=None)
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
