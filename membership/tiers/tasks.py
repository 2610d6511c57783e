"""Tasks: tiers that a fact or the time has made due."""

from celery import shared_task
from django.utils import timezone

from membership.tiers.actions import apply_changed_tiers, refresh_due_tiers
from payments.nudge import nudge

# Tiers derived by one run; what is left is taken by the next, which a full run starts at once.
_BATCH = 500


@shared_task
def derive_due_tiers() -> None:
    """Derive the tiers that are due, everybody's where an editor changed how they are earned."""
    apply_changed_tiers(now=timezone.now())
    if refresh_due_tiers(limit=_BATCH, now=timezone.now()) == _BATCH:
        nudge(derive_due_tiers)
