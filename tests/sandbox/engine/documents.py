"""How a document looks from outside."""

import json

from tests.sandbox.engine.store import Document


def public(document: Document) -> Document:
    """A document without the sandbox's own notes; an event with the snapshot that it keeps as text."""
    shown = {key: value for key, value in document.items() if not key.startswith("_")}
    if "_snapshot" in document:
        shown["data"] = json.loads(document["_snapshot"])
    return shown


def event_text(event: Document, api_version: str) -> str:
    """The JSON of an event as one endpoint gets it, without reading the snapshot again."""
    shown = {key: value for key, value in event.items() if not key.startswith("_")}
    shown["api_version"] = api_version
    return f'{json.dumps(shown)[:-1]}, "data": {event["_snapshot"]}}}'
