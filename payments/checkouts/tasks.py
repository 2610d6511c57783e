"""Sweeps of checkouts."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.checkouts.actions import finish_checkouts as finish

logger = logging.getLogger(__name__)


@shared_task
def finish_checkouts() -> None:
    """Finish the checkouts that a lost answer, a closed browser or a lost event left behind."""
    tried = finish(now=timezone.now())
    logger.info("Checkouts looked at: %s.", tried)
