"""Stripe's webhook endpoints: where our events are sent, set up once."""

from collections.abc import Iterable
from typing import cast

import stripe
from stripe.params import WebhookEndpointCreateParams, WebhookEndpointUpdateParams

from payments.gateway.client import calling_stripe
from payments.gateway.snapshots import EndpointSnapshot


def list_endpoints() -> tuple[EndpointSnapshot, ...]:
    """Return every endpoint of the account; Stripe allows sixteen."""
    with calling_stripe() as client:
        endpoints = client.v1.webhook_endpoints.list({"limit": 100})
    return tuple(read_endpoint(endpoint) for endpoint in endpoints.data)


def create_endpoint(url: str, *, types: Iterable[str]) -> EndpointSnapshot:
    """Have events of `types` sent to `url` in the SDK's own version; the secret is told only now."""
    # Cast, because the SDK spells out every type that an endpoint may name.
    parameters = cast(
        "WebhookEndpointCreateParams",
        {"url": url, "enabled_events": sorted(types), "api_version": stripe.api_version},
    )
    with calling_stripe() as client:
        endpoint = client.v1.webhook_endpoints.create(parameters)
    return read_endpoint(endpoint)


def update_endpoint(endpoint_id: str, *, types: Iterable[str]) -> EndpointSnapshot:
    """Change which events are sent; safe to repeat."""
    parameters = cast(
        "WebhookEndpointUpdateParams", {"enabled_events": sorted(types), "disabled": False}
    )
    with calling_stripe() as client:
        endpoint = client.v1.webhook_endpoints.update(endpoint_id, parameters)
    return read_endpoint(endpoint)


def read_endpoint(endpoint: stripe.WebhookEndpoint) -> EndpointSnapshot:
    return EndpointSnapshot(
        id=endpoint.id,
        url=endpoint.url,
        status=endpoint.status,
        api_version=endpoint.api_version or "",
        types=tuple(endpoint.enabled_events),
        secret=getattr(endpoint, "secret", None) or "",
    )
