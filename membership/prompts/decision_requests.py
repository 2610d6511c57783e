"""What programs send to have a page view decided, and what they are told."""

import json
from datetime import datetime
from typing import Any

from membership.errors import DecisionRefused
from membership.prompts.clocks import minutes_east
from membership.prompts.deciding import Decided, decide, decide_and_explain
from membership.prompts.editions import EDITIONS
from membership.prompts.rendering import prompt_views
from membership.prompts.rules.context import Context, ContextRefused, parse_context
from membership.prompts.rules.tracing import write_trace

# A browser's whole history is below 4 kB.
LONGEST_BODY = 32_768

_WHAT_TO_SEND = (
    "Send “page” with “edition”, “slots”, “sensitive” and “opt_out”, and “reader” with “state”; "
    "docs/api.md names the other fields."
)


def answer_decision(body: bytes, *, now: datetime) -> dict[str, object]:
    """Return the answer to the page view that the JSON `body` holds; raises DecisionRefused with a sentence."""
    context, explains = _read(body, now)
    decided = (decide_and_explain if explains else decide)(context, now=now)
    answer: dict[str, object] = {
        "bundle": decided.published.sha256 if decided.published else None,
        "slots": _slots(decided, explains=explains),
    }
    if explains and decided.published:
        answer["trace"] = write_trace(decided.published.sha256, context)
    return answer


def _read(body: bytes, now: datetime) -> tuple[Context, bool]:
    if len(body) > LONGEST_BODY:
        raise DecisionRefused(f"The body is longer than {LONGEST_BODY:,} bytes.")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise DecisionRefused(f"The body is not JSON. {_WHAT_TO_SEND}") from None
    if not isinstance(sent, dict):
        raise DecisionRefused(f"The body is not a JSON object. {_WHAT_TO_SEND}")
    explains = sent.pop("explain", False)
    if not isinstance(explains, bool):
        raise DecisionRefused("“explain” must be true or false.")
    try:
        return parse_context(_completed(sent, now)), explains
    except ContextRefused as error:
        sentence = str(error)
        raise DecisionRefused(f"{sentence[:1].upper()}{sentence[1:]} {_WHAT_TO_SEND}") from error


def _completed(sent: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the context with what programs may leave out: this moment, at the reader's hour, and no history."""
    given = {"now": int(now.timestamp()), "seed": None, "history": {}, **sent}
    if "tz" not in given:
        edition = EDITIONS.get(_text_in(sent, "page", "edition"))
        home = edition.country if edition else ""
        given["tz"] = minutes_east(_text_in(sent, "reader", "country"), home, now=now)
    return given


def _text_in(sent: dict[str, Any], part: str, name: str) -> str:
    """Return a text of what may still be anything."""
    fields = sent.get(part)
    value = fields.get(name) if isinstance(fields, dict) else None
    return value if isinstance(value, str) else ""


def _slots(decided: Decided, *, explains: bool) -> list[dict[str, object]]:
    slots = []
    for decision, view in zip(decided.slots, prompt_views(decided), strict=True):
        said = decision.as_json()
        if not explains:
            del said["trace"]
        slots.append({**said, "prompt": view.as_json() if view else None})
    return slots
