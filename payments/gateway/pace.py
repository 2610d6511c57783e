"""Our pace of calls to Stripe, shared by all processes, so that Stripe never has to slow us down."""

import logging
import threading
import time
from collections import deque
from functools import lru_cache

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from payments.errors import GatewayUnavailable

logger = logging.getLogger(__name__)

# A call that would wait longer than this is better tried later: somebody or some lease is waiting for it.
_PATIENCE = 15.0


def wait_turn() -> None:
    """Return when this process may call Stripe; STRIPE_REQUESTS_PER_SECOND of 0 sets no pace.

    Raises GatewayUnavailable when no turn came in time. A counter's storage that is down is only logged, because
    Stripe's own limit still stands behind ours.
    """
    if not settings.STRIPE_REQUESTS_PER_SECOND:
        return
    turns = _turns(settings.LIMITS_STORAGE_URL, settings.STRIPE_REQUESTS_PER_SECOND)
    deadline = time.monotonic() + _PATIENCE
    try:
        while wait := turns.take():
            if time.monotonic() > deadline:
                raise GatewayUnavailable("Too many calls to Stripe are waiting for their turn.")
            time.sleep(min(1.0, wait))
    except StorageError as error:
        logger.warning("The pace of calls to Stripe is not counted (%s).", error)


class _SharedTurns:
    """Turns that all processes take from one storage."""

    def __init__(self, url: str, per_second: int) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(url, wrap_exceptions=True))
        self._pace = RateLimitItemPerSecond(per_second)

    def take(self) -> float:
        """Take a turn and return 0, or return the seconds after which to ask again."""
        if self._limiter.hit(self._pace, "stripe"):
            return 0.0
        return max(
            0.01, self._limiter.get_window_stats(self._pace, "stripe").reset_time - time.time()
        )


class _OwnTurns:
    """Turns of this process alone.

    Not the storage in memory of `limits`: the thread with which it forgets old hits can forget new ones too.
    """

    def __init__(self, per_second: int) -> None:
        self._taken: deque[float] = deque(maxlen=per_second)
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take a turn and return 0, or return the seconds after which to ask again."""
        with self._lock:
            now = time.monotonic()
            if len(self._taken) == self._taken.maxlen and now < self._taken[0] + 1:
                return self._taken[0] + 1 - now
            self._taken.append(now)
            return 0.0


@lru_cache(maxsize=4)
def _turns(url: str, per_second: int) -> _SharedTurns | _OwnTurns:
    return _OwnTurns(per_second) if url.startswith("memory:") else _SharedTurns(url, per_second)
