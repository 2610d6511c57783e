"""The sweeps that book what no event brought, and work out what waited for its rates."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.ledger.booking import book_missing
from payments.ledger.reporting import record_waiting_amounts

logger = logging.getLogger(__name__)


@shared_task
def book_missing_balance_transactions() -> None:
    """Ask Stripe for the ledger lines that settled payments and refunds still lack."""
    book_missing(now=timezone.now())


@shared_task
def record_reporting_amounts() -> None:
    """Freeze the amounts in the entities' own currencies whose rates have come."""
    if recorded := record_waiting_amounts(now=timezone.now()):
        logger.info("Reporting amounts recorded: %d.", recorded)
