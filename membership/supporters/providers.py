"""What a status needs to know from the topics above: they register it here when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from membership.supporters.models import Supporter


@dataclass(slots=True)
class Providers:
    """`tier_key` names a supporter's tier (empty without one) at no query for rows loaded with `tier_relation`.

    `was_invited` says whether somebody had an invitation to give more since an instant.
    """

    tier_key: Callable[[Supporter, datetime], str]
    tier_relation: tuple[str, ...]
    was_invited: Callable[[Supporter, datetime], bool]


_registered: list[Providers] = []


def register_providers(providers: Providers) -> None:
    """Let the topics above answer; the latest registration counts."""
    _registered.append(providers)


def provided() -> Providers:
    """Return who answers; raises LookupError before the application has started."""
    if not _registered:
        raise LookupError("The topics above the supporters have registered nothing yet.")
    return _registered[-1]
