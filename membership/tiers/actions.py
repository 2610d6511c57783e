"""Writes of tiers: standings that a fact has made due, derived again, and tiers that staff set."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from membership.accounts.models import User
from membership.errors import OverrideRefused
from membership.supporters.models import Supporter
from membership.tiers.derivation import EarnedTier, Level
from membership.tiers.models import Tier, TierChange, TierOverride, TierStanding
from membership.tiers.queries import earned_tier, levels, standings_due
from payments.models import Customer

logger = logging.getLogger(__name__)

# A tier that could not be derived is tried again after this, so that it does not stand before the others.
_TRY_AGAIN_AFTER = timedelta(minutes=10)
_CHUNK = 5000


def mark_payers_due(payment_ids: Collection[int], *, cause: str, now: datetime) -> None:
    """Say that a fact about payments may have changed their payers' tiers."""
    payers = Customer.objects.filter(donations__payments__in=payment_ids)
    mark_tiers_due(_parties(payers), cause=cause, now=now)


def mark_planner_due(plan_id: int, *, cause: str, now: datetime) -> None:
    """Say that a fact about a recurring plan may have changed its payer's tier."""
    mark_tiers_due(_parties(Customer.objects.filter(plans=plan_id)), cause=cause, now=now)


def _parties(payers: QuerySet[Customer]) -> set[UUID]:
    return {party for party in payers.values_list("party", flat=True) if party is not None}


@transaction.atomic
def mark_tiers_due(parties: Collection[UUID], *, cause: str, now: datetime) -> None:
    """Say that a fact may have changed the tiers of the supporters behind `parties`.

    A newspaper without tiers writes nothing. A standing that is due already is written all the same: the row's lock
    makes a derivation under way wait for this fact, or this fact for the derivation.
    """
    if not parties or not Tier.objects.exists():
        return
    supporters = _supporters().filter(reference__in=parties)
    _mark(list(supporters.values_list("pk", flat=True)), cause=cause, now=now)


def mark_merged_due(user: User, *, now: datetime) -> None:
    """Have the tier of a supporter derived again who took over what others gave."""
    merged = Supporter.objects.filter(user=user, merged__isnull=False).distinct()
    mark_tiers_due(list(merged.values_list("reference", flat=True)), cause="merge", now=now)


def apply_changed_tiers(*, now: datetime) -> int:
    """Have every supporter's tier derived again once an editor changed how tiers are earned; returns how many.

    In pieces that commit on their own, so that nobody's payment waits for all of them. One that stopped half-way
    begins anew with the next sweep, and so does one during which an editor changed something more.
    """
    changed = {
        tier.pk: tier.changed_at
        for tier in Tier.objects.filter(Q(applied_at=None) | Q(applied_at__lt=F("changed_at")))
    }
    if not changed:
        return 0
    marked, last = 0, 0
    while chunk := list(_supporters().filter(pk__gt=last).values_list("pk", flat=True)[:_CHUNK]):
        with transaction.atomic():
            _mark(chunk, cause="tiers changed", now=now)
        marked, last = marked + len(chunk), chunk[-1]
    for tier_id, changed_at in changed.items():
        Tier.objects.filter(pk=tier_id).update(applied_at=changed_at)
    logger.info("Tiers changed: %s supporters are due.", marked)
    return marked


def _supporters() -> QuerySet[Supporter]:
    return Supporter.objects.filter(merged_into=None).order_by("pk")


def _mark(supporter_ids: Collection[int], *, cause: str, now: datetime) -> None:
    _lock(supporter_ids)
    TierStanding.objects.bulk_create(
        [TierStanding(supporter_id=pk, next_at=now, due_cause=cause) for pk in supporter_ids],
        update_conflicts=True,
        update_fields=["next_at", "due_cause"],
        unique_fields=["supporter"],
    )


def _lock(supporter_ids: Collection[int]) -> None:
    """Take the supporters' rows before their tiers', in one order, as everything does that writes a tier."""
    rows = Supporter.objects.select_for_update(no_key=True).filter(pk__in=supporter_ids)
    list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def refresh_tier(
    supporter_id: int, *, now: datetime, earned_by: tuple[Level, ...] | None = None
) -> EarnedTier:
    """Derive one supporter's tier; another one than before writes one TierChange.

    Safe to repeat: the same facts give no second change.
    """
    _lock([supporter_id])
    standing = TierStanding.objects.select_for_update().get(supporter=supporter_id)
    supporter = Supporter.objects.get(pk=supporter_id)
    earned = earned_tier(supporter, now=now, earned_by=earned_by)
    if earned.tier_id != standing.tier_id:
        TierChange.objects.create(
            supporter=supporter,
            from_tier_id=standing.tier_id,
            to_tier_id=earned.tier_id,
            reason=earned.reason,
            cause=standing.due_cause or "clock",
            changed_at=now,
        )
        standing.tier_id, standing.since = earned.tier_id, now if earned.tier_id else None
    standing.is_in_grace, standing.due_cause = earned.is_in_grace, ""
    standing.until = standing.next_at = earned.until
    standing.save()
    return earned


def refresh_due_tiers(*, limit: int, now: datetime) -> int:
    """Derive up to `limit` tiers that are due, each in its own transaction; returns how many were tried."""
    due = list(standings_due(now).values_list("supporter_id", flat=True)[:limit])
    earned_by = levels() if due else ()
    for supporter_id in due:
        try:
            refresh_tier(supporter_id, now=now, earned_by=earned_by)
        except Exception:
            logger.exception("The tier of supporter %s could not be derived.", supporter_id)
            TierStanding.objects.filter(supporter=supporter_id).update(
                next_at=now + _TRY_AGAIN_AFTER
            )
    if due:
        logger.info("Derived %s due tiers.", len(due))
    return len(due)


@transaction.atomic
def set_tier(  # noqa: PLR0913  each of these is written down
    supporter: Supporter, tier: Tier, *, ends_at: datetime, reason: str, by: User, now: datetime
) -> TierOverride:
    """Give a supporter a tier until an instant, whatever was given; raises OverrideRefused for one in the past."""
    if ends_at <= now:
        raise OverrideRefused("A tier is set until an instant that is still to come.")
    override = TierOverride.objects.create(
        supporter=supporter.merged_into or supporter,
        tier=tier,
        starts_at=now,
        ends_at=ends_at,
        reason=reason,
        made_by=by,
        made_at=now,
    )
    _mark([override.supporter_id], cause="override", now=now)
    return override


@transaction.atomic
def withdraw_override(override_id: int, *, now: datetime) -> bool:
    """Take a tier that staff set back; False when it was taken back or is over."""
    running = TierOverride.objects.select_for_update().filter(
        pk=override_id, withdrawn_at=None, ends_at__gt=now
    )
    override = running.first()
    if override is None:
        return False
    override.withdrawn_at = now
    override.save(update_fields=["withdrawn_at"])
    _mark([override.supporter_id], cause="override withdrawn", now=now)
    return True


def forget_reasons(supporter: Supporter) -> None:
    """Empty why staff set a supporter's tiers: it was written about a person. Safe to repeat."""
    TierOverride.objects.filter(supporter=supporter).exclude(reason="").update(reason="")
