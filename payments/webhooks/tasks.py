"""Draining the stored events, and asking for those that never came."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.errors import GatewayUnavailable
from payments.nudge import nudge
from payments.webhooks.actions import fetch_missing_events
from payments.webhooks.draining import drain_batch

logger = logging.getLogger(__name__)

# Bounds one task's time; whatever is left is nudged for anew.
_BATCHES = 50


@shared_task
def drain_webhook_events() -> None:
    """Work until nothing is due: started by a nudge after each arrival, and by a sweep."""
    for _ in range(_BATCHES):
        if not drain_batch(now=timezone.now()):
            return
    nudge(drain_webhook_events)


@shared_task
def fetch_undelivered_events() -> None:
    """Store what Stripe could not deliver while we were away."""
    try:
        new = fetch_missing_events(now=timezone.now())
    except GatewayUnavailable as error:
        logger.warning("Stripe is not there to list events (%s); the next sweep asks again.", error)
        return
    logger.info("Events that had not reached us: %s.", new)
    if new:
        nudge(drain_webhook_events)
