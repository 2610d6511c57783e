"""Every abuse limit on starting a checkout, on one page.

Donation pages are where stolen cards are tried, because a small gift is a cheap test. Only the
creation of a checkout is limited: reading pages, coming back from Stripe and the webhook never are,
since a payer's way back must not depend on what others at the same address do. What counts is an
attempt with valid input.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute

from payments.checkouts.counters import counters
from payments.errors import TooManyAttempts

logger = logging.getLogger(__name__)

# A reader who changes her mind needs a handful; each attempt of one browser is a new hosted page.
PER_BROWSER = (RateLimitItemPerMinute(12, 10), RateLimitItemPerDay(40))
# The same mailbox over many browsers: a script that resets its cookies but not its form.
PER_EMAIL = (RateLimitItemPerMinute(10, 60), RateLimitItemPerDay(30))
# Many readers share an address (offices, mobile carriers), so this is wider than a person needs.
PER_ADDRESS = (RateLimitItemPerMinute(30, 10), RateLimitItemPerDay(300))
# A block of neighbouring addresses is what a tester rents next.
PER_NETWORK = (RateLimitItemPerMinute(120, 10), RateLimitItemPerDay(1500))

# The site-wide breaker: once at least so many attempts failed within the window, and they are more
# than this share of all, the smallest gift is raised for everyone until the window has passed.
# Testers want small amounts; readers who wish to give more than the minimum notice nothing.
BREAKER_WINDOW = 600
BREAKER_DECLINES = 25
BREAKER_SHARE_PERCENT = 60
BREAKER_MINIMUM_FACTOR = 5

_DECLINED = "checkout/declined"
_SUCCEEDED = "checkout/succeeded"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to start a checkout; an empty part is not limited."""

    browser_session: str
    email: str
    address: str
    network: str


def count_attempt(attempt: Attempt) -> None:
    """Count one attempt under every limit; raises TooManyAttempts at the first that is used up."""
    for limit, kind, key in _limits_of(attempt):
        if not counters().hit(limit, kind, key):
            logger.warning("A checkout was refused by the limit per %s (%s).", kind, limit)
            raise TooManyAttempts(counters().seconds_until_free(limit, kind, key))


def _limits_of(attempt: Attempt) -> Iterator[tuple[RateLimitItem, str, str]]:
    # An email is counted under a digest: nothing that can be read back is left in the counters'
    # storage.
    digest = hashlib.sha256(attempt.email.strip().casefold().encode()).hexdigest()
    for kind, key, limits in (
        ("browser", attempt.browser_session, PER_BROWSER),
        ("email", digest if attempt.email else "", PER_EMAIL),
        ("address", attempt.address, PER_ADDRESS),
        ("network", attempt.network, PER_NETWORK),
    ):
        if key:
            for limit in limits:
                yield limit, kind, key


def note_outcome(*, is_declined: bool, times: int = 1) -> None:
    """Tell the breaker, once the current transaction commits, that so many payment attempts failed
    or succeeded.
    """
    if times:
        transaction.on_commit(partial(_count_outcome, is_declined, times), robust=True)


def _count_outcome(is_declined: bool, times: int) -> None:
    key = _DECLINED if is_declined else _SUCCEEDED
    count = counters().add(key, times, seconds=BREAKER_WINDOW)
    if is_declined and count >= BREAKER_DECLINES and is_stepped_up():
        logger.error("%s payments were declined in a short time: the minimum is raised.", count)


def is_stepped_up() -> bool:
    """Return whether so many payments are being declined that the smallest gift is raised."""
    declined = counters().value(_DECLINED)
    if declined < BREAKER_DECLINES:
        return False
    total = declined + counters().value(_SUCCEEDED)
    return declined * 100 > total * BREAKER_SHARE_PERCENT


def raised_minimum(minimum: int) -> int:
    """Return the smallest gift at this moment, in the same minor units as `minimum`."""
    return minimum * BREAKER_MINIMUM_FACTOR if is_stepped_up() else minimum
