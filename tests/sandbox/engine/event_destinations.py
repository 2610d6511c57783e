"""Event destinations of API v2: webhook endpoints that may be sent thin events."""

from typing import Any

from stripe.events._event_classes import get_v2_event_class
from stripe.v2.core import Event

from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox.engine import metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.lists import PageV2, page_v2
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.thin_events import moment
from tests.sandbox.engine.webhook_endpoints import checked_url, new_secret

KIND = "_event_destination"
SECRET, URL = "webhook_endpoint.signing_secret", "webhook_endpoint.url"


def create(account: Account, params: dict[str, Any]) -> Document:
    """The answer carries the secret and the address only when they are asked for with `include`."""
    if params["type"] != "webhook_endpoint" or "webhook_endpoint" not in params:
        raise invalid("The sandbox sends to webhook endpoints only.", param="type")
    is_thin = params["event_payload"] == "thin"
    if is_thin and "snapshot_api_version" in params:
        raise invalid("Thin events have no version.", param="snapshot_api_version")
    destination = account.store.put(
        {
            "id": account.new_id("ed_test", 24),
            "object": KIND,
            "api_version": params.get("snapshot_api_version", REVIEWED_API_VERSION),
            "created": account.own_now(),
            "updated": account.own_now(),
            "description": params.get("description", ""),
            "enabled_events": _checked_types(params["enabled_events"], is_thin=is_thin),
            "metadata": metadata.merged({}, params.get("metadata")),
            "name": params["name"],
            "status": "enabled",
            "url": checked_url(params["webhook_endpoint"]["url"]),
            "_is_thin": is_thin,
            "_secrets": [new_secret()],
        }
    )
    return _shown(destination, params)


def retrieve(account: Account, params: dict[str, Any], destination_id: str) -> Document:
    return _shown(_destination(account, destination_id), params)


def list_destinations(account: Account, params: dict[str, Any]) -> PageV2:
    return page_v2(account, KIND, params, {}, shown=lambda row: _shown(row, params))


def update(account: Account, params: dict[str, Any], destination_id: str) -> Document:
    destination = _destination(account, destination_id)
    for name in ("description", "name"):
        if name in params:
            destination[name] = params[name]
    if "enabled_events" in params:
        types = params["enabled_events"]
        destination["enabled_events"] = _checked_types(types, is_thin=destination["_is_thin"])
    if "metadata" in params:
        destination["metadata"] = metadata.merged(destination["metadata"], params["metadata"])
    if "webhook_endpoint" in params:
        destination["url"] = checked_url(params["webhook_endpoint"]["url"])
    return _saved(account, destination, params)


def enable(account: Account, params: dict[str, Any], destination_id: str) -> Document:
    destination = _destination(account, destination_id)
    destination["status"] = "enabled"
    return _saved(account, destination, params)


def disable(account: Account, params: dict[str, Any], destination_id: str) -> Document:
    destination = _destination(account, destination_id)
    destination["status"] = "disabled"
    return _saved(account, destination, params)


def delete(account: Account, params: dict[str, Any], destination_id: str) -> Document:
    _destination(account, destination_id)
    account.store.remove(destination_id)
    return {"id": destination_id, "object": "v2.core.event_destination"}


def _checked_types(types: list[str], *, is_thin: bool) -> list[str]:
    for index, type_ in enumerate(types):
        known = issubclass(get_v2_event_class(type_), Event) or type_ == "*"
        if is_thin and not known:
            raise invalid(f"{type_} is no type of thin events.", param=f"enabled_events[{index}]")
    return types


def _saved(account: Account, destination: Document, params: dict[str, Any]) -> Document:
    destination["updated"] = account.own_now()
    return _shown(account.store.put(destination), params)


def _shown(destination: Document, params: dict[str, Any]) -> Document:
    included = params.get("include", ())
    return {
        "id": destination["id"],
        "object": "v2.core.event_destination",
        "amazon_eventbridge": None,
        "azure_event_grid": None,
        "created": moment(destination["created"]),
        "description": destination["description"],
        "enabled_events": destination["enabled_events"],
        "event_payload": "thin" if destination["_is_thin"] else "snapshot",
        "events_from": ["@self"],
        "livemode": False,
        "metadata": destination["metadata"],
        "name": destination["name"],
        "snapshot_api_version": None if destination["_is_thin"] else destination["api_version"],
        "status": destination["status"],
        "status_details": {"disabled": {"reason": "user"}}
        if destination["status"] == "disabled"
        else None,
        "type": "webhook_endpoint",
        "updated": moment(destination["updated"]),
        "webhook_endpoint": {
            "signing_secret": destination["_secrets"][-1]["value"] if SECRET in included else None,
            "url": destination["url"] if URL in included else None,
        },
    }


def _destination(account: Account, destination_id: str) -> Document:
    destination = account.store.get(KIND, destination_id)
    if destination is None:
        raise missing("event destination", destination_id)
    return destination
