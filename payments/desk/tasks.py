"""Sweeps of the desk."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.desk.answering import finish_answers
from payments.desk.asking import ask_of_disputes
from payments.desk.carrying_out import finish_refunds
from payments.desk.filing import draw_files

logger = logging.getLogger(__name__)


@shared_task
def finish_dispute_answers() -> None:
    """Carry out answers that were decided while Stripe was out of reach, and ask of disputes never asked of."""
    if tried := finish_answers(now=timezone.now()):
        logger.info("Answers to disputes tried again: %s.", tried)
    if asked := ask_of_disputes(now=timezone.now()):
        logger.info("Disputes that Stripe was asked of: %s.", asked)


@shared_task
def draw_dispute_files() -> None:
    """Draw the evidence files that are due."""
    if drawn := draw_files():
        logger.info("Evidence files drawn: %s.", drawn)


@shared_task
def finish_refund_requests() -> None:
    """Carry out refunds that were decided while Stripe was out of reach."""
    if tried := finish_refunds(now=timezone.now()):
        logger.info("Refunds tried again: %s.", tried)
