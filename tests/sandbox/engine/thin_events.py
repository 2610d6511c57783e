"""Thin events: the v2 form of an event, which names the object that changed and carries nothing of it.

Only types that the SDK knows with a `v1.` before them have a thin form. It is made from the snapshot event
whenever it is wanted, under an id of its own that leads back to that event.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from stripe.events._event_classes import get_v2_event_class
from stripe.v2.core import Event

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import missing
from tests.sandbox.engine.lists import PageV2, page_v2
from tests.sandbox.engine.retention import kept_since
from tests.sandbox.engine.store import Document

PREFIX = "evt_test_"


@cache
def thin_type(type_: str) -> str | None:
    """The name of a type's thin form, or None when Stripe has none."""
    name = f"v1.{type_}"
    return name if issubclass(get_v2_event_class(name), Event) else None


def notification(event: Document) -> dict[str, Any] | None:
    """What a receiver of thin events is sent; None for a type or an object without a thin form."""
    type_ = thin_type(event["type"])
    if type_ is None or event["_object_id"] is None:
        return None
    kind, cause = event["_object_kind"], event["request"]
    return {
        "id": PREFIX + event["id"].removeprefix("evt_"),
        "object": "v2.core.event",
        "type": type_,
        "created": moment(event["created"]),
        "livemode": False,
        "reason": cause["id"]
        and {
            "type": "request",
            "request": {"id": cause["id"], "idempotency_key": cause["idempotency_key"] or ""},
        },
        "related_object": {
            "id": event["_object_id"],
            "type": kind,
            "url": f"/v1/{kind.replace('.', '/')}s/{event['_object_id']}",
        },
    }


def retrieve(account: Account, params: dict[str, Any], event_id: str) -> Document:
    event = account.store.get("event", f"evt_{event_id.removeprefix(PREFIX)}")
    is_kept = event is not None and event["created"] >= kept_since(account)
    whole = _whole(event) if event and is_kept and event_id.startswith(PREFIX) else None
    if whole is None:
        raise missing("event", event_id)
    return whole


def _whole(event: Document) -> Document | None:
    """The thin event as it is fetched, which says besides which snapshot event it stands for."""
    thin = notification(event)
    return thin and {**thin, "changes": None, "context": None, "snapshot_event": event["id"]}


def list_events(account: Account, params: dict[str, Any]) -> PageV2:
    """Thin events, newest first, of the types and the object asked for."""
    filters: dict[str, Any] = {}
    if "types" in params:
        filters["type"] = tuple(type_.removeprefix("v1.") for type_ in params["types"])
    if "object_id" in params:
        filters["object_id"] = params["object_id"]
    return page_v2(
        account,
        "event",
        params,
        filters,
        shown=_whole,
        created_from=kept_since(account),
    )


def moment(seconds: int) -> str:
    """A time as API v2 writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
