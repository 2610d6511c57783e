"""Start a draining task soon; the rows that are due are the queue, so a nudge may be lost."""

import logging
from functools import partial

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

# Seconds that publishing may take: a request must not wait for a broker that is down.
_PUBLISH = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def nudge(task: "Task[..., object]", *, countdown: float = 0) -> None:
    """Enqueue `task` once the current transaction commits; a broker that is down is only logged."""
    transaction.on_commit(partial(_publish, task, countdown), robust=True)


def _publish(task: "Task[..., object]", countdown: float) -> None:
    try:
        task.apply_async(countdown=countdown, retry=True, retry_policy=_PUBLISH)
    except task.OperationalError as error:
        logger.warning(
            "The broker did not take %s (%s); a sweep will find the work.", task.name, error
        )
