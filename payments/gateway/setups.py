"""Checkout Sessions in setup mode: the hosted page on which a payer saves another card."""

from dataclasses import dataclass

from payments.gateway.checkouts import read_checkout_session
from payments.gateway.client import calling_stripe
from payments.gateway.snapshots import CheckoutSessionSnapshot
from payments.gateway.wording import page_locale


@dataclass(frozen=True, slots=True)
class SetupRequest:
    """Whose card is to be saved, for gifts in which currency, and where the page leads afterwards."""

    reference: str
    customer_id: str
    currency: str
    locale: str
    success_url: str
    cancel_url: str


def create_setup_session(request: SetupRequest, *, idempotency_key: str) -> CheckoutSessionSnapshot:
    """Open a hosted page that saves a payment method and charges nothing."""
    with calling_stripe() as client:
        session = client.v1.checkout.sessions.create(
            {
                "mode": "setup",
                "ui_mode": "hosted_page",
                # Which methods are offered depends on it.
                "currency": request.currency.lower(),
                "customer": request.customer_id,
                "client_reference_id": request.reference,
                "metadata": {"card_session": request.reference},
                "locale": page_locale(request.locale),
                "success_url": request.success_url,
                "cancel_url": request.cancel_url,
            },
            {"idempotency_key": idempotency_key},
        )
    return read_checkout_session(session)
