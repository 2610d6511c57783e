"""What one operation of the API is: its path, its parameters type, its handler, what it acts on."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.engine.lists import lister, retriever

CURSORS = "limit starting_after ending_before"
PAGING = f"{CURSORS} created"


@dataclass(frozen=True, slots=True)
class Operation:
    """`supports` names the parameters acted on, as dotted paths; any other is refused by its name."""

    method: str
    path: str
    params_type: str
    run: Callable[..., Any]
    supports: str = ""
    pattern: re.Pattern[str] = field(init=False)
    supported: frozenset[str] = field(init=False)

    @property
    def is_v2(self) -> bool:
        return self.path.startswith("/v2/")

    def __post_init__(self) -> None:
        pattern = self.path.replace("{id}", "([^/]+)")
        object.__setattr__(self, "pattern", re.compile(pattern))
        object.__setattr__(self, "supported", frozenset(self.supports.split()) | {"expand"})


def retrieval(path: str, params_type: str, kind: str, label: str | None = None) -> Operation:
    """`GET /v1/things/{id}`; `label` is what Stripe calls the thing in "No such thing"."""
    return Operation("GET", path, params_type, retriever(kind, label))


def listing(path: str, params_type: str, kind: str, *filters: str) -> Operation:
    """`GET /v1/things`, where each filter is an indexed field of the same name."""
    supports = " ".join((PAGING, *filters))
    return Operation("GET", path, params_type, lister(kind, *filters), supports)
