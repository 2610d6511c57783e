"""Sweeps of privacy requests."""

import logging

from celery import shared_task
from django.utils import timezone

from membership.privacy.actions import finish_erasures, forget_last_letters
from payments.webhooks.erasing import forget_in_late_events

logger = logging.getLogger(__name__)


@shared_task
def finish_privacy_requests() -> None:
    """Forget those whose plans could not be ended at Stripe when they asked."""
    if tried := finish_erasures(now=timezone.now()):
        logger.info("Privacy requests tried again: %s.", tried)
    forget_last_letters()
    forget_in_late_events(timezone.now())
