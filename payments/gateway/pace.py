"""Our pace of calls to Stripe, shared by all processes, so that Stripe never has to slow us down."""

import logging
import threading
import time
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
# The counter in memory forgets what threads count at the same instant.
_counting = threading.Lock()


def wait_turn() -> None:
    """Return when this process may call Stripe; STRIPE_REQUESTS_PER_SECOND of 0 sets no pace.

    Raises GatewayUnavailable when no turn came in time. A counter's storage that is down is only logged, because
    Stripe's own limit still stands behind ours.
    """
    if not settings.STRIPE_REQUESTS_PER_SECOND:
        return
    limiter = _limiter(settings.LIMITS_STORAGE_URL)
    pace = RateLimitItemPerSecond(settings.STRIPE_REQUESTS_PER_SECOND)
    deadline = time.monotonic() + _PATIENCE
    try:
        while (opens_at := _take_turn(limiter, pace)) is not None:
            if time.monotonic() > deadline:
                raise GatewayUnavailable("Too many calls to Stripe are waiting for their turn.")
            time.sleep(min(1.0, max(0.01, opens_at - time.time())))
    except StorageError as error:
        logger.warning("The pace of calls to Stripe is not counted (%s).", error)


def _take_turn(limiter: MovingWindowRateLimiter, pace: RateLimitItemPerSecond) -> float | None:
    """Take a turn now and return None, or return the Unix time at which the next ones are given."""
    with _counting:
        if limiter.hit(pace, "stripe"):
            return None
        return limiter.get_window_stats(pace, "stripe").reset_time


@lru_cache(maxsize=4)
def _limiter(url: str) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(url, wrap_exceptions=True))
