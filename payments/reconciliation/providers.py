"""What reconciliation needs from above: to have a gift recorded whose event never came.

Recording a gift from Stripe's objects is what `payments.webhooks` does, which stands above this topic; it is registered
here when the apps are ready.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class GiftFinder(Protocol):
    """Fetches from Stripe and records what ids of charges, refunds or disputes name; never in a transaction."""

    def __call__(self, source_ids: Collection[str], *, cause: str, now: datetime) -> set[str]: ...


_FINDERS: list[GiftFinder] = []


def find_gifts_with(finder: GiftFinder) -> None:
    """Register the finder; the latest one counts."""
    _FINDERS[:] = [finder]


def find_gifts(source_ids: Collection[str], *, cause: str, now: datetime) -> set[str]:
    """Return those of the ids that turned out to be ours."""
    return _FINDERS[0](source_ids, cause=cause, now=now) if source_ids else set()
