"""Reads of tiers: how they are earned, which standings are due, and what a supporter has now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from membership.supporters.models import Supporter
from membership.tiers.derivation import EarnedTier, Grant, Level, TierFacts, derive_tier
from membership.tiers.models import Benefit, Tier, TierOverride, TierStanding
from payments.donations.queries import giving_facts

# What to load with a supporter whose tier is shown.
WITH_TIER = "standing__tier"


@dataclass(frozen=True, slots=True)
class EarnedBenefit:
    """One thing that comes with a tier; programs know it by its key."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The tier that a supporter has; `until` is None while nothing but a new fact would change it."""

    tier: Tier
    since: datetime | None
    until: datetime | None
    is_in_grace: bool


def levels() -> tuple[Level, ...]:
    """Return how tiers are earned now, in two queries."""
    tiers = Tier.objects.filter(is_retired=False).prefetch_related("amounts").order_by("rank")
    return tuple(
        Level(
            tier_id=tier.pk,
            rank=tier.rank,
            grace=timedelta(days=tier.grace_days),
            amounts={row.currency: row.amount for row in tier.amounts.all()},
        )
        for tier in tiers
    )


def standings_due(now: datetime) -> QuerySet[TierStanding]:
    """Return the standings that are to be derived again, those that wait longest first."""
    return TierStanding.objects.filter(next_at__lte=now).order_by("next_at", "id")


def earned_tier(
    supporter: Supporter, *, now: datetime, earned_by: tuple[Level, ...] | None = None
) -> EarnedTier:
    """Derive a supporter's tier from the rows as they are; `earned_by` saves looking the levels up again."""
    own = Q(supporter=supporter) | Q(supporter__merged_into=supporter)
    grants = TierOverride.objects.filter(own, withdrawn_at=None, ends_at__gt=now)
    facts = TierFacts(
        giving=giving_facts(supporter.reference),
        levels=levels() if earned_by is None else earned_by,
        grants=tuple(
            Grant(grant.tier_id, grant.starts_at, grant.ends_at) for grant in grants.order_by("id")
        ),
    )
    return derive_tier(facts, now)


def membership_of(supporter: Supporter, *, now: datetime) -> Membership | None:
    """Return a supporter's tier, or None without one.

    It asks nothing of a supporter who came with `WITH_TIER`; only where a fact or the time has made the stored standing
    out of date, the tier is derived.
    """
    standing = getattr(supporter, "standing", None)
    if standing is None:
        return None
    tier, since, until, grace = standing.tier, standing.since, standing.until, standing.is_in_grace
    if standing.next_at is not None and standing.next_at <= now:
        earned = earned_tier(supporter, now=now)
        if earned.tier_id != standing.tier_id:
            tier = Tier.objects.get(pk=earned.tier_id) if earned.tier_id else None
            since = now
        until, grace = earned.until, earned.is_in_grace
    return Membership(tier, since, until, is_in_grace=grace) if tier else None


def tier_key(supporter: Supporter, now: datetime) -> str:
    """Return the key of a supporter's tier, empty without one; what it asks is what `membership_of` does."""
    membership = membership_of(supporter, now=now)
    return membership.tier.key if membership else ""


def benefits_of(tier: Tier) -> tuple[EarnedBenefit, ...]:
    """Return what comes with a tier and with those below it; the higher tier's words stand for a key of both."""
    below = Q(tier__rank__lt=tier.rank, tier__is_retired=False)
    rows = Benefit.objects.filter(Q(tier=tier) | below).order_by("-tier__rank", "position", "id")
    found: dict[str, str] = {}
    for key, text in rows.values_list("key", "text"):
        found.setdefault(key, text)
    return tuple(EarnedBenefit(key, text) for key, text in found.items())
