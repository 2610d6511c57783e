"""Sweeps of recurring plans."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.plans.cards import finish_card_changes
from payments.plans.commands import finish_commands

logger = logging.getLogger(__name__)


@shared_task
def finish_plan_commands() -> None:
    """Carry out what somebody wanted of a plan while Stripe was out of reach."""
    if tried := finish_commands(now=timezone.now()):
        logger.info("Commands to plans tried again: %s.", tried)


@shared_task
def finish_card_sessions() -> None:
    """Take up the cards of readers who saved one and never came back to our page."""
    if taken := finish_card_changes(now=timezone.now()):
        logger.info("Saved cards taken up: %s.", taken)
