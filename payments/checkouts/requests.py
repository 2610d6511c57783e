"""From a checkout's row to what Stripe is asked for: equal rows make equal requests."""

from django.conf import settings
from django.urls import reverse

from payments.campaigns.models import Frequency
from payments.checkouts.models import Checkout
from payments.checkouts.prices import INTERVALS, product_of
from payments.gateway.checkouts import CheckoutSessionRequest


def session_request(checkout: Checkout) -> CheckoutSessionRequest:
    """Describe the hosted page of `checkout`, whose campaign and entity are loaded with it."""
    campaign = checkout.campaign
    entity = campaign.entity
    frequency = Frequency(checkout.frequency)
    product_id, product_name = product_of(entity, frequency)
    return CheckoutSessionRequest(
        reference=str(checkout.reference),
        campaign=campaign.slug,
        interval=INTERVALS[frequency],
        currency=checkout.currency,
        amount=checkout.total,
        product_id=product_id,
        product_name=product_name,
        customer_id=checkout.stripe_customer_id or None,
        email=checkout.email,
        locale=checkout.locale,
        statement_descriptor=entity.statement_descriptor,
        success_url=_address("membership:thank_you", checkout),
        cancel_url=_address("membership:cancelled", checkout),
        expires_at=checkout.expires_at,
    )


def _address(name: str, checkout: Checkout) -> str:
    """Link upwards by name: the pages belong to the layer above."""
    path = reverse(name, args=[checkout.campaign.slug, checkout.reference])
    return f"{settings.SITE_URL}{path}"
