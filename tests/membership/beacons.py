"""Beacons as pages send them."""

import json
from itertools import count

_ids = count(1)


def an_event(**changes: object) -> dict[str, object]:
    """One event of the wire with an id of its own."""
    return {
        "i": f"{next(_ids):016x}",
        "t": "seen",
        "c": "appeal",
        "v": "a",
        "s": "in-article",
        "k": "GB",
        "r": "anonymous",
        "f": 1,
        **changes,
    }


def a_beacon(*events: dict[str, object], **changes: object) -> bytes:
    """The body of a beacon with these events, one where none is given."""
    return json.dumps({"b": "0123456789ab", "e": list(events) or [an_event()], **changes}).encode()
