"""Announces what happened: one event document, and one delivery for each endpoint that wants it."""

import json
from collections.abc import Mapping
from typing import Any

from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox.contract.resources import check_document
from tests.sandbox.engine import deliveries
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.retention import kept_since
from tests.sandbox.engine.store import Document


def emit(
    account: Account, type_: str, document: Document, *, previous: Mapping[str, Any] | None = None
) -> Document:
    """Record the event with a snapshot of the object as it is now, checked against its type.

    The snapshot is kept as JSON text: it is made once, for the store and for every endpoint.
    """
    shown = public(document)
    check_document(shown)
    if type_ == "invoice.upcoming":
        del shown["id"]  # nothing by this id can be retrieved, so Stripe's event has none
    data: dict[str, Any] = {"object": shown}
    if previous is not None:
        data["previous_attributes"] = dict(previous)
    endpoints = deliveries.endpoints_wanting(account, type_)
    event = account.store.put(
        {
            "id": account.new_id("evt"),
            "object": "event",
            "api_version": REVIEWED_API_VERSION,
            "created": account.now(),
            "livemode": False,
            "pending_webhooks": len(endpoints),
            "request": {
                "id": account.cause.request_id,
                "idempotency_key": account.cause.idempotency_key,
            },
            "type": type_,
            "_snapshot": json.dumps(data),
            "_object_id": shown.get("id"),
            "_object_kind": shown["object"],
            "_delivered": not endpoints,
        }
    )
    with account.off_clock():
        for endpoint in endpoints:
            deliveries.queue(account, event, endpoint)
    return event


def retrieve(account: Account, params: dict[str, Any], event_id: str) -> Document:
    event = account.store.get("event", event_id)
    if event is None or event["created"] < kept_since(account):
        raise missing("event", event_id)
    return event


def list_events(account: Account, params: dict[str, Any]) -> Page:
    """Events, newest first; `type` may be a group such as ``charge.*``, `types` names up to twenty."""
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.", param="types")
    filters = given(params, "type", "delivery_success")
    if "types" in params:
        filters["type"] = tuple(dict.fromkeys(params["types"]))
    return page_of(account, "event", params, filters, created_from=kept_since(account))


def save(account: Account, document: Document, type_: str, **changes: Any) -> Document:
    """Change some fields of a document and announce the change with what those that differ were before."""
    previous = {
        key: document.get(key)
        for key, value in changes.items()
        if not key.startswith("_") and document.get(key) != value
    }
    document.update(changes)
    account.store.put(document)
    emit(account, type_, document, previous=previous)
    return document
