"""Tasks: statuses that a fact or the time has made due."""

import logging

from celery import shared_task
from django.utils import timezone

from membership.supporters.actions import refresh_due_statuses
from membership.supporters.revoking import forget_revoked_tokens
from payments.nudge import nudge

logger = logging.getLogger(__name__)

# Statuses derived by one run; what is left is taken by the next, which a full run starts at once.
_BATCH = 500


@shared_task
def derive_due_statuses() -> None:
    """Derive the statuses that are due."""
    if refresh_due_statuses(limit=_BATCH, now=timezone.now()) >= _BATCH:
        nudge(derive_due_statuses)


@shared_task
def forget_old_revocations() -> None:
    """Delete the revocations that no token can bear any more."""
    deleted = forget_revoked_tokens(now=timezone.now())
    logger.info("%s revocations of status tokens are past their use.", deleted)
