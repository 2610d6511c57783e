"""Sweeps of reminders."""

import logging

from celery import shared_task
from django.utils import timezone

from membership.letters.tasks import send_due_marketing
from membership.reminders import actions
from payments.nudge import nudge

logger = logging.getLogger(__name__)

# Written by one run; what is left is taken by the next, which a full run starts at once.
_BATCH = 200


@shared_task
def write_due_reminders() -> None:
    """Write the reminders whose morning has come."""
    tried = actions.write_due_reminders(limit=_BATCH, now=timezone.now())
    if tried:
        logger.info("Reminders that were due: %s.", tried)
        nudge(send_due_marketing)
    if tried >= _BATCH:
        nudge(write_due_reminders)


@shared_task
def forget_old_reminders() -> None:
    """Delete the reminders that nobody confirmed, and those that are over."""
    deleted = actions.forget_old_reminders(now=timezone.now())
    logger.info("%s reminders are forgotten.", deleted)
