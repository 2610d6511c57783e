"""Parameters that Stripe knows and the sandbox does not act on are refused, never silently ignored."""

from collections.abc import Iterator
from typing import Any

from tests.sandbox.engine.errors import StripeRefusal


def refuse_unsupported(params: dict[str, Any], supported: frozenset[str]) -> None:
    """`supported` holds dotted paths without list indexes; a path allows everything below it."""
    for path, spelled in _paths(params, "", "") if params else ():
        parents = path.split(".")
        if not any(".".join(parents[: n + 1]) in supported for n in range(len(parents))):
            raise StripeRefusal(
                f"Stripe has the parameter {spelled}, but this sandbox does not act on it yet.",
                code="sandbox_parameter_unsupported",
                param=spelled,
            )


def _paths(value: Any, path: str, spelled: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _paths(
                entry, f"{path}.{key}" if path else key, f"{spelled}[{key}]" if spelled else key
            )
    elif isinstance(value, list) and value:
        for index, entry in enumerate(value):
            yield from _paths(entry, path, f"{spelled}[{index}]")
    else:
        yield path, spelled
