"""Sweeps of the desk."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.desk.answering import finish_answers
from payments.desk.carrying_out import finish_refunds

logger = logging.getLogger(__name__)


@shared_task
def finish_dispute_answers() -> None:
    """Carry out answers to disputes that were decided while Stripe was out of reach."""
    if tried := finish_answers(now=timezone.now()):
        logger.info("Answers to disputes tried again: %s.", tried)


@shared_task
def finish_refund_requests() -> None:
    """Carry out refunds that were decided while Stripe was out of reach."""
    if tried := finish_refunds(now=timezone.now()):
        logger.info("Refunds tried again: %s.", tried)
