"""A membership card as a supporter reads it: days in the newspaper's own time zone."""

from dataclasses import dataclass
from datetime import date, datetime

from membership.supporters.models import Supporter
from membership.tiers.queries import EarnedBenefit, benefits_of, membership_of
from payments.entities.queries import site_entity
from payments.periods import civil_date


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed on it; `until_on` is None while the gift behind it goes on."""

    newspaper: str
    holder: str
    tier: str
    since_on: date | None
    until_on: date | None
    is_in_grace: bool
    benefits: tuple[EarnedBenefit, ...]


def card_of(supporter: Supporter, *, now: datetime) -> Card | None:
    """Return a supporter's card, or None without a tier."""
    membership = membership_of(supporter, now=now)
    entity = site_entity() if membership else None
    if membership is None or entity is None:
        return None
    zone = entity.time_zone
    return Card(
        newspaper=entity.trading_name,
        holder=supporter.name or supporter.email,
        tier=membership.tier.name,
        since_on=membership.since and civil_date(membership.since, zone),
        until_on=membership.until and civil_date(membership.until, zone),
        is_in_grace=membership.is_in_grace,
        benefits=benefits_of(membership.tier),
    )
