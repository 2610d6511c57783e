"""Sweeps of recurring plans."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.plans.stopping import finish_commands

logger = logging.getLogger(__name__)


@shared_task
def finish_plan_commands() -> None:
    """Carry out what somebody wanted of a plan while Stripe was out of reach."""
    if tried := finish_commands(now=timezone.now()):
        logger.info("Commands to plans tried again: %s.", tried)
