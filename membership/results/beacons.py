"""What a browser may tell us about prompts: a strict schema without a place for who the reader is."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from membership.errors import BeaconRefused
from membership.results.models import EventType

MOST_EVENTS = 20
LONGEST_BODY = 8_000  # bytes; twenty of the longest usual events take half of it


class Event(NamedTuple):
    """One thing that happened to one prompt. Keys are well formed, not necessarily known."""

    id: str
    type: str
    campaign: str
    variant: str
    slot: str
    country: str
    state: str
    first: int


class Beacon(NamedTuple):
    """What one page sent at once: `bundle` is the beginning of the SHA-256 of what decided it."""

    bundle: str
    events: list[Event]


_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}").fullmatch
_TYPES = frozenset(EventType.values)

# By the names of the wire, in the order of Event: what holds, and how to say that it does not.
_FIELDS: dict[str, tuple[Callable[[str], object], str]] = {
    "i": (re.compile(r"[0-9a-f]{16}").fullmatch, "16 lower-case hexadecimal digits"),
    "t": (_TYPES.__contains__, f"one of {', '.join(EventType.values)}"),
    "c": (re.compile(r"[a-z0-9][a-z0-9_-]{0,59}").fullmatch, "the key of a campaign"),
    "v": (
        re.compile(r"(default:)?[a-z0-9][a-z0-9_-]{0,39}").fullmatch,
        "the key of a variant, holdout, or default: and the key of a variant",
    ),
    "s": (_KEY, "the key of a slot"),
    "k": (re.compile(r"([A-Z]{2})?").fullmatch, "two capital letters, or empty"),
    "r": (re.compile(r"[a-z_]{1,20}").fullmatch, "the state of a supporter"),
}
_NAMES = frozenset({*_FIELDS, "f"})
_BUNDLE = re.compile(r"[0-9a-f]{12}").fullmatch


def parse(body: bytes) -> Beacon:
    """Read a beacon; raises BeaconRefused with a sentence that says what is wrong with it."""
    if len(body) > LONGEST_BODY:
        raise BeaconRefused(f"A beacon holds at most {LONGEST_BODY} bytes.")
    try:
        value = json.loads(body)
    # Brackets nested thousands deep end in the latter.
    except (ValueError, RecursionError):
        raise BeaconRefused("A beacon is a JSON object in UTF-8.") from None
    if not isinstance(value, dict) or value.keys() != {"b", "e"}:
        raise BeaconRefused('A beacon has "b", the bundle, and "e", its events, and nothing else.')
    bundle, events = value["b"], value["e"]
    if not isinstance(bundle, str) or not _BUNDLE(bundle):
        raise BeaconRefused('"b" is the first 12 hexadecimal digits of the bundle\'s SHA-256.')
    if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
        raise BeaconRefused(f'"e" is a list of 1 to {MOST_EVENTS} events.')
    return Beacon(bundle, [_event(event) for event in events])


def _event(value: Any) -> Event:
    if not isinstance(value, dict) or value.keys() != _NAMES:
        names = ", ".join([*_FIELDS, "f"])
        raise BeaconRefused(f"An event is an object with {names} and nothing else.")
    for name, (is_valid, words) in _FIELDS.items():
        text = value[name]
        if not isinstance(text, str) or not is_valid(text):
            raise BeaconRefused(f'"{name}" of an event is {words}.')
    first = value["f"]
    # JSON's true is equal to 1 and not meant.
    if type(first) is not int or first not in (0, 1):
        raise BeaconRefused('"f" of an event is 0 or 1.')
    return Event._make([*(value[name] for name in _FIELDS), first])


def encode(beacon: Beacon) -> str:
    """Return the beacon as a buffer keeps it."""
    return json.dumps(beacon, separators=(",", ":"))


def decode(body: str) -> Beacon:
    """Read what `encode` wrote; raises BeaconRefused for anything else, as an older version may have left."""
    try:
        bundle, events = json.loads(body)
        return Beacon(bundle, [Event(*event) for event in events])
    except (ValueError, TypeError):
        raise BeaconRefused("A buffered beacon is not of this version.") from None
