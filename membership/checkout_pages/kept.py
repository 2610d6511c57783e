"""What all guests share, kept in this process for a few seconds, so that a rush of readers stays
cheap.

Seconds and not an invalidation: an editor's change is seen by every process soon, whoever made it
and however. What a reader sends is always judged by the rows as they are.
"""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")

SECONDS = 5.0


class Kept(Generic[V]):
    """A few values by key, each made at most once in `SECONDS` or so; threads may make one twice."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, tuple[float, V]] = {}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return what is kept under `key`, else what `make` returns; an error of `make` is not
        kept.
        """
        now = time.monotonic()
        made_at, value = self._values.get(key, (None, None))
        if made_at is not None and value is not None and now - made_at < SECONDS:
            return value
        value = make()
        if len(self._values) >= self._most:
            # Rare, and cheaper than knowing which is the oldest.
            self._values.clear()
        self._values[key] = (now, value)
        return value

    def forget_all(self) -> None:
        self._values.clear()
