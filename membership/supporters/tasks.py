"""Tasks: statuses that a fact or the time has made due."""

from celery import shared_task
from django.utils import timezone

from membership.supporters.actions import refresh_due_statuses
from payments.nudge import nudge

# Statuses derived by one run; what is left is taken by the next, which a full run starts at once.
_BATCH = 500


@shared_task
def derive_due_statuses() -> None:
    """Derive the statuses that are due."""
    if refresh_due_statuses(limit=_BATCH, now=timezone.now()) >= _BATCH:
        nudge(derive_due_statuses)
