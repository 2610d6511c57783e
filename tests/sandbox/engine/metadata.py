"""Metadata as Stripe keeps it: merged by key, a key unset by an empty value, all by an empty string."""

from collections.abc import Mapping
from typing import Literal

from tests.sandbox.engine.errors import invalid

MAXIMUM_KEYS, MAXIMUM_KEY_LENGTH, MAXIMUM_VALUE_LENGTH = 50, 40, 500


def merged(
    kept: Mapping[str, str],
    given: Mapping[str, str] | Literal[""] | None,
    *,
    param: str = "metadata",
) -> dict[str, str]:
    """What is kept after an update; a refusal beyond Stripe's limits."""
    if given is None:
        return dict(kept)
    if given == "":
        return {}
    result = dict(kept)
    for key, value in given.items():
        if len(key) > MAXIMUM_KEY_LENGTH:
            raise invalid(
                f"Metadata keys can have up to {MAXIMUM_KEY_LENGTH} characters, but you passed "
                f"{key!r} which has {len(key)}.",
                param=f"{param}[{key}]",
            )
        if len(value) > MAXIMUM_VALUE_LENGTH:
            raise invalid(
                f"Metadata values can have up to {MAXIMUM_VALUE_LENGTH} characters, but you passed "
                f"in a value that is {len(value)} characters. Invalid value: {value[:40]}",
                param=f"{param}[{key}]",
            )
        if value == "":
            result.pop(key, None)
        else:
            result[key] = value
    if len(result) > MAXIMUM_KEYS:
        raise invalid(
            f"Metadata can have up to {MAXIMUM_KEYS} keys, but this has {len(result)}.", param=param
        )
    return result
