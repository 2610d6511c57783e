"""Webhook endpoints: where events go. The secret is shown once, when the endpoint is made."""

from typing import Any
from urllib.parse import urlsplit

from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox.engine import metadata
from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.deliveries import HOLD_URL
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.store import Document

ROTATION_OVERLAP = 24 * 3600


def create(account: Account, params: dict[str, Any], *, secret: str | None = None) -> Document:
    """The answer alone carries the secret; later retrievals do not."""
    if "connect" in params:
        raise invalid("The sandbox has no connected accounts.", param="connect")
    endpoint = account.store.put(
        {
            "id": account.new_id("we"),
            "object": "webhook_endpoint",
            "api_version": params.get("api_version", REVIEWED_API_VERSION),
            "application": None,
            "created": account.now(),
            "description": params.get("description"),
            "enabled_events": params["enabled_events"],
            "livemode": False,
            "metadata": metadata.merged({}, params.get("metadata")),
            "status": "enabled",
            "url": checked_url(params["url"]),
            "_is_thin": False,
            "_secrets": [new_secret(secret)],
        }
    )
    return {**endpoint, "secret": endpoint["_secrets"][0]["value"]}


def update(account: Account, params: dict[str, Any], endpoint_id: str) -> Document:
    endpoint = _endpoint(account, endpoint_id)
    if "url" in params:
        endpoint["url"] = checked_url(params["url"])
    if "enabled_events" in params:
        endpoint["enabled_events"] = params["enabled_events"]
    if "description" in params:
        endpoint["description"] = params["description"] or None
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    if "metadata" in params:
        endpoint["metadata"] = metadata.merged(endpoint["metadata"], params["metadata"])
    return account.store.put(endpoint)


def delete(account: Account, params: dict[str, Any], endpoint_id: str) -> Document:
    _endpoint(account, endpoint_id)
    account.store.remove(endpoint_id)
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def new_secret(value: str | None = None) -> dict[str, Any]:
    """A signing secret that holds until a rotation ends it."""
    return {"value": value or f"whsec_{random_text(32)}", "until": None}


def current_secret(endpoint: Document) -> str:
    return str(endpoint["_secrets"][-1]["value"])


def rotate_secret(account: Account, endpoint: Document) -> str:
    """A new secret. For a day the old one signs as well, so that receivers can change over."""
    endpoint["_secrets"][-1]["until"] = account.now() + ROTATION_OVERLAP
    endpoint["_secrets"].append(new_secret())
    account.store.put(endpoint)
    return current_secret(endpoint)


def checked_url(url: str) -> str:
    parts = urlsplit(url)
    if url != HOLD_URL and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            param="url",
            code="url_invalid",
        )
    return url


def _endpoint(account: Account, endpoint_id: str) -> Document:
    endpoint = account.store.get("webhook_endpoint", endpoint_id)
    if endpoint is None:
        raise missing("webhook endpoint", endpoint_id)
    return endpoint
