"""What an event says of itself, read from a signed body."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class EventMalformed(Exception):
    """A body that is signed but is not an event: not JSON, or without what every event has."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One event as it came.

    `object_id` is what it is about. `subject` is our checkout's reference where the object carries it, else the
    object's id: the events of one gift then share it, whichever of its objects they are about.
    """

    stripe_id: str
    type: str
    object_id: str
    subject: str
    api_version: str
    livemode: bool
    created_at: datetime
    payload: dict[str, Any]


def parse_event(body: bytes) -> IncomingEvent:
    """Read a webhook's body; raises EventMalformed."""
    try:
        event = read_event(json.loads(body))
    except (
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise EventMalformed(f"Not an event ({type(error).__name__}).") from error
    texts = (event.stripe_id, event.type, event.api_version)
    if not all(isinstance(text, str) for text in texts) or not isinstance(event.livemode, bool):
        raise EventMalformed("An event with values of the wrong kind.")
    return event


def read_event(payload: dict[str, Any]) -> IncomingEvent:
    """Read an event's JSON values, of the snapshot kind or of the thin kind, which names its object only."""
    if payload["object"] == "v2.core.event":
        return _read_thin(payload)
    subject = payload["data"]["object"]
    object_id = str(subject.get("id") or "")
    return IncomingEvent(
        stripe_id=payload["id"],
        type=payload["type"],
        object_id=object_id,
        subject=_checkout_of(subject) or object_id,
        api_version=payload.get("api_version") or "",
        livemode=payload["livemode"],
        created_at=datetime.fromtimestamp(payload["created"], UTC),
        payload=payload,
    )


def _read_thin(payload: dict[str, Any]) -> IncomingEvent:
    object_id = str((payload.get("related_object") or {}).get("id") or "")
    return IncomingEvent(
        stripe_id=payload["id"],
        # Of objects that exist in both kinds, thin events carry the older name behind a "v1.".
        type=payload["type"].removeprefix("v1."),
        object_id=object_id,
        subject=object_id,
        api_version="",
        livemode=payload["livemode"],
        created_at=datetime.fromisoformat(payload["created"]),
        payload=payload,
    )


def _checkout_of(subject: dict[str, Any]) -> str:
    """Return the checkout that an object names in its metadata or, an invoice, in its subscription's."""
    details = (subject.get("parent") or {}).get("subscription_details") or {}
    for metadata in (subject.get("metadata"), details.get("metadata")):
        if metadata and metadata.get("checkout"):
            return str(metadata["checkout"])[:255]
    return ""
