"""Drain the receipts that are due, and find the ones that a lost nudge left."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.receipts import sweeps
from payments.receipts.statements import render_due_statements
from payments.receipts.year_end import issue_for_ended_years

logger = logging.getLogger(__name__)


@shared_task
def render_receipts() -> None:
    """Draw every receipt that has no document."""
    rendered = sweeps.render_due(now=timezone.now())
    logger.info("Rendered %d receipts.", rendered)


@shared_task
def issue_missing_receipts() -> None:
    """Issue the receipts and credit notes that their receivers did not, then draw them."""
    issued = sweeps.issue_missing(now=timezone.now())
    logger.info("Issued %d missing documents.", issued)
    if issued:
        render_receipts.delay()


@shared_task
def render_statements() -> None:
    """Draw every statement that has no document."""
    if drawn := render_due_statements():
        logger.info("Rendered %d statements.", drawn)


@shared_task
def issue_statements_of_the_year() -> None:
    """Issue the statements of a tax year that ended, a batch at a time, then draw them."""
    if issued := issue_for_ended_years(now=timezone.now()):
        logger.info("Statements of the ended tax year issued for %d people.", issued)
        render_statements.delay()
