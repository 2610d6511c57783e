"""Stripe's Checkout Sessions: the hosted page on which a reader pays."""

from dataclasses import dataclass
from datetime import datetime

import stripe
from stripe.params.checkout import (
    SessionCreateParams,
    SessionCreateParamsLineItem,
    SessionCreateParamsLineItemPriceData,
)

from payments.gateway.client import calling_stripe
from payments.gateway.products import ensure_product
from payments.gateway.reading import id_of, instant, metadata_of
from payments.gateway.snapshots import LONGEST_NAME, CheckoutSessionSnapshot, PayerSnapshot
from payments.gateway.wording import descriptor_suffix, page_locale


@dataclass(frozen=True, slots=True)
class CheckoutSessionRequest:
    """Everything that Stripe is told about one checkout; equal requests make equal bodies.

    `amount` in minor units of `currency`. `interval` is "month", "year", or "" for a single gift. `customer_id` is
    Stripe's id of a payer who is known and proven, else None.
    """

    reference: str
    campaign: str
    interval: str
    currency: str
    amount: int
    product_id: str
    product_name: str
    customer_id: str | None
    email: str
    locale: str
    statement_descriptor: str
    success_url: str
    cancel_url: str
    expires_at: datetime

    @property
    def metadata(self) -> dict[str, str]:
        return {"checkout": self.reference, "campaign": self.campaign}


def create_checkout_session(
    request: CheckoutSessionRequest, *, idempotency_key: str
) -> CheckoutSessionSnapshot:
    """Open a hosted page. Safe to repeat for a day: the same key and request return the same session."""
    ensure_product(request.product_id, request.product_name)
    with calling_stripe() as client:
        session = client.v1.checkout.sessions.create(
            _parameters(request), {"idempotency_key": idempotency_key}
        )
    return read_checkout_session(session)


def fetch_checkout_session(session_id: str) -> CheckoutSessionSnapshot:
    """Read one session."""
    with calling_stripe() as client:
        session = client.v1.checkout.sessions.retrieve(session_id, {"expand": ["setup_intent"]})
    return read_checkout_session(session)


def expire_checkout_session(session_id: str) -> CheckoutSessionSnapshot:
    """Close an open session; raises GatewayRefused when it is complete or expired already."""
    with calling_stripe() as client:
        session = client.v1.checkout.sessions.expire(session_id)
    return read_checkout_session(session)


def _parameters(request: CheckoutSessionRequest) -> SessionCreateParams:
    parameters: SessionCreateParams = {
        "mode": "subscription" if request.interval else "payment",
        "ui_mode": "hosted_page",
        "line_items": [_line_item(request)],
        "client_reference_id": request.reference,
        "metadata": request.metadata,
        "locale": page_locale(request.locale),
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        # The reader chose a currency on our page; another one there would not be the gift that was promised.
        "adaptive_pricing": {"enabled": False},
    }
    if request.customer_id:
        parameters["customer"] = request.customer_id
    else:
        parameters["customer_email"] = request.email
    if request.interval:
        # Session metadata is copied nowhere: what a webhook must find is given to each object.
        parameters["subscription_data"] = {
            "metadata": request.metadata,
            "description": request.product_name,
            "billing_mode": {"type": "flexible"},
        }
    else:
        parameters["submit_type"] = "donate"
        parameters["payment_intent_data"] = {
            "metadata": request.metadata,
            "description": request.product_name,
        }
        if suffix := descriptor_suffix(request.statement_descriptor):
            parameters["payment_intent_data"]["statement_descriptor_suffix"] = suffix
        if not request.customer_id:
            parameters["customer_creation"] = "always"
    return parameters


def _line_item(request: CheckoutSessionRequest) -> SessionCreateParamsLineItem:
    price: SessionCreateParamsLineItemPriceData = {
        "currency": request.currency.lower(),
        "product": request.product_id,
        "unit_amount": request.amount,
    }
    if request.interval:
        price["recurring"] = {"interval": request.interval}
    return {"price_data": price, "quantity": 1}


def read_checkout_session(session: stripe.checkout.Session) -> CheckoutSessionSnapshot:
    return CheckoutSessionSnapshot(
        id=session.id,
        status=session.status or "",
        payment_status=session.payment_status,
        mode=session.mode,
        url=session.url or "",
        client_reference_id=session.client_reference_id or "",
        payment_intent_id=id_of(session.payment_intent),
        subscription_id=id_of(session.subscription),
        invoice_id=id_of(session.invoice),
        payer=_payer(session),
        expires_at=instant(session.expires_at),
        metadata=metadata_of(session.metadata),
        setup_method_id=_saved_method(session),
    )


def _saved_method(session: stripe.checkout.Session) -> str | None:
    """The payment method that was saved on a page in setup mode, once somebody has."""
    intent = session.setup_intent
    if intent is None or isinstance(intent, str) or intent.status != "succeeded":
        return None
    return id_of(intent.payment_method)


def _payer(session: stripe.checkout.Session) -> PayerSnapshot:
    details = session.customer_details
    address = details.address if details else None
    return PayerSnapshot(
        customer_id=id_of(session.customer),
        email=(details.email if details else None) or session.customer_email or "",
        name=(details.name or "")[:LONGEST_NAME] if details else "",
        country=(address.country or "") if address else "",
    )
