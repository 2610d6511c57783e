"""How many events an address and its network may send, on one page.

Thousands of readers may share one address (mobile carriers, offices), so these stop programs and not crowds. Addresses
live in the counters for a minute and are stored nowhere.
"""

from dataclasses import dataclass

from membership.errors import TooManyEvents
from payments.addresses import network_of
from payments.checkouts.counters import counters

WINDOW = 60  # seconds
PER_ADDRESS = 6_000
PER_NETWORK = 30_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """A counter's key and how many events it takes within the window."""

    key: str
    most: int


def allowances(address: str) -> list[Allowance]:
    """Return the counters under which events of `address` fall; none where it is not known."""
    if not address:
        return []
    return [
        Allowance(f"prompt-events:address:{address}", PER_ADDRESS),
        Allowance(f"prompt-events:network:{network_of(address)}", PER_NETWORK),
    ]


def count_events(address: str, count: int) -> None:
    """Count events without Redis at hand; raises TooManyEvents when a limit is used up."""
    for allowance in allowances(address):
        if counters().add(allowance.key, count, seconds=WINDOW) > allowance.most:
            raise TooManyEvents(WINDOW)
