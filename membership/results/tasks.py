"""Counting the events that wait, and forgetting their ids."""

import logging

from celery import shared_task
from django.utils import timezone
from redis import RedisError

from membership.results.buffers import buffers
from membership.results.folding import BATCH, fold_batch, forget_seen
from payments.nudge import nudge

logger = logging.getLogger(__name__)

# Bounds one task's time; whatever is left is nudged for anew.
_BATCHES = 50


@shared_task
def fold_events() -> None:
    """Count what waits in every buffer; one that does not answer stops no other."""
    for buffer in buffers().all():
        try:
            is_left = all(fold_batch(buffer, now=timezone.now()) == BATCH for _ in range(_BATCHES))
        except RedisError as error:
            logger.warning("Redis does not give prompt events (%s); the next run does.", error)
            continue
        if is_left:
            nudge(fold_events)


@shared_task
def forget_seen_events() -> None:
    """Forget the ids of events that were counted long ago."""
    logger.info("Ids of prompt events forgotten: %s.", forget_seen(now=timezone.now()))
