"""Where attempts are counted: in Redis for all processes, in this one while Redis is down."""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.conf import settings
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds for which a storage that failed is not asked again: a request must not wait for it more
# than once.
_REST_AFTER_FAILURE = 15.0
_SHARED = ("redis", "valkey")
_TIMEOUT = 0.5


class Counters:
    """Counts events in moving and fixed windows; never raises because its storage is down."""

    def __init__(self, url: str) -> None:
        self._local: Storage = MemoryStorage()
        self._shared: Storage = self._local
        if url.startswith(_SHARED):
            self._shared = RedisStorage(
                url, wrap_exceptions=True, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT
            )
        self._rests_until = 0.0

    def hit(self, limit: RateLimitItem, *key: str) -> bool:
        """Count one event under `key`; False when the limit is already used up."""
        return self._run(lambda storage: MovingWindowRateLimiter(storage).hit(limit, *key))

    def seconds_until_free(self, limit: RateLimitItem, *key: str) -> int:
        """Return in how many seconds, at least 1, the oldest counted event leaves the window."""
        stats = self._run(
            lambda storage: MovingWindowRateLimiter(storage).get_window_stats(limit, *key)
        )
        return max(1, round(stats.reset_time - time.time()))

    def add(self, key: str, times: int = 1, *, seconds: int) -> int:
        """Raise a plain counter that is forgotten `seconds` after its first event; returns its
        value.
        """
        return self._run(lambda storage: storage.incr(key, seconds, times))

    def value(self, key: str) -> int:
        """Return a plain counter's value; 0 when there is none."""
        return self._run(lambda storage: storage.get(key))

    def forget_all(self) -> None:
        """Drop every count, here and in the shared storage."""
        self._local.reset()
        self._run(lambda storage: storage.reset())

    def _run(self, operation: Callable[[Storage], T]) -> T:
        if time.monotonic() >= self._rests_until:
            try:
                return operation(self._shared)
            except StorageError:
                self._rests_until = time.monotonic() + _REST_AFTER_FAILURE
                logger.exception(
                    "The storage of limits does not answer: this process counts on its own."
                )
        return operation(self._local)


@lru_cache(maxsize=4)
def _counters(url: str) -> Counters:
    return Counters(url)


def counters() -> Counters:
    """Return this process's counters over `LIMITS_STORAGE_URL`."""
    return _counters(settings.LIMITS_STORAGE_URL)
