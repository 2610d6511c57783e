"""Decodes the bracketed forms that Stripe's clients send: ``a[b][0][c]=1``, ``a[]=1``."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from tests.sandbox.engine.errors import invalid

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
PART = re.compile(r"\[([^\[\]]*)\]")
DEEPEST, MOST_FIELDS = 12, 2000


def decode(text: str) -> dict[str, Any]:
    """Nested dicts of strings; a list is a dict with its indexes as keys."""
    form: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise invalid(f"A request can have up to {MOST_FIELDS} parameters.") from None
    for name, value in pairs:
        match = KEY.fullmatch(name)
        if match is None:
            raise invalid(f"Invalid request: cannot read the parameter name {name!r}", param=name)
        parts = [match[1], *PART.findall(match[2])]
        if len(parts) > DEEPEST:
            raise invalid("Parameters are nested too deeply.", param=match[1])
        _put(form, parts, value, name)
    return form


def decode_json(text: str) -> dict[str, Any]:
    """A JSON body of API v2 in the same form as above, so that one contract reads both."""
    try:
        body = json.loads(text or "{}")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise invalid("The request's body is not a JSON object.")
    return {name: _as_form(value) for name, value in body.items() if value is not None}


def _as_form(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "" if entry is None else _as_form(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return {str(index): _as_form(entry) for index, entry in enumerate(value)}
    return value if isinstance(value, str) else json.dumps(value)


def _put(form: dict[str, Any], parts: list[str], value: str, name: str) -> None:
    place = form
    for part in parts[:-1]:
        key = part or str(len(place))
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            raise invalid(f"Invalid request: {name} is both a value and a hash.", param=name)
    last = parts[-1] or str(len(place))
    if isinstance(place.get(last), dict):
        raise invalid(f"Invalid request: {name} is both a value and a hash.", param=name)
    place[last] = value
