"""Drain the letters that are due."""

import logging

from celery import shared_task
from django.utils import timezone

from membership.letters.sending import send_due

logger = logging.getLogger(__name__)


@shared_task
def send_due_letters() -> None:
    """Send every letter whose time has come."""
    outcomes = send_due(now=timezone.now())
    if outcomes:
        logger.info("Letters: %s.", dict(outcomes))
