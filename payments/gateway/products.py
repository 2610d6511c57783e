"""Stripe's products: one stable product per kind of gift, made on first need."""

from functools import lru_cache

from django.conf import settings

from payments.errors import GatewayRefused
from payments.gateway.client import calling_stripe


def ensure_product(product_id: str, name: str) -> None:
    """Make sure that Stripe has the product `product_id`; asks once per process and account.

    A price made with `product_data` would leave a new product behind with every gift.
    """
    _ensured(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE, product_id, name)


@lru_cache(maxsize=512)
def _ensured(api_key: str, api_base: str, product_id: str, name: str) -> None:
    """Remembered only when it returns: after an error the next gift asks again."""
    try:
        with calling_stripe() as client:
            client.v1.products.create({"id": product_id, "name": name})
    except GatewayRefused as refusal:
        if getattr(refusal.__cause__, "code", None) != "resource_already_exists":
            raise
