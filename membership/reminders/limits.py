"""How many reminders may be asked for: each writes to an address that nobody has proven yet."""

import hashlib

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute

from membership.errors import TooManyReminders
from payments.checkouts.counters import counters

# Somebody who mistyped, or lost the letter, needs two; more would be a nuisance to whose address it is.
PER_EMAIL = (RateLimitItemPerDay(3),)
# Many readers share an address (offices, mobile carriers).
PER_ADDRESS = (RateLimitItemPerMinute(20, 10), RateLimitItemPerDay(200))


def count_wish(*, email: str, address: str) -> None:
    """Count one valid wish; raises TooManyReminders at the first limit that is used up."""
    # Nothing that can be read back is left in the counters' storage.
    digest = hashlib.sha256(email.encode()).hexdigest()
    for kind, key, limits in (("address", address, PER_ADDRESS), ("email", digest, PER_EMAIL)):
        for limit in limits if key else ():
            _count(limit, kind, key)


def _count(limit: RateLimitItem, kind: str, key: str) -> None:
    if not counters().hit(limit, "reminder", kind, key):
        wait = counters().seconds_until_free(limit, "reminder", kind, key)
        raise TooManyReminders(wait, is_address=kind == "address")
