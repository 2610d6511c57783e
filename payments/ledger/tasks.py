"""The sweeps that book what no event brought, and work out what waited for its rates."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.ledger.booking import book_missing
from payments.ledger.explaining import explain_known_gifts
from payments.ledger.listing import book_listed
from payments.ledger.reporting import record_waiting_amounts

logger = logging.getLogger(__name__)


@shared_task
def book_missing_balance_transactions() -> None:
    """Ask Stripe for the lines that gifts lack, then for all lines since the last time, and explain what can be now."""
    now = timezone.now()
    book_missing(now=now)
    book_listed(now=now)
    explain_known_gifts(now=now)


@shared_task
def record_reporting_amounts() -> None:
    """Freeze the amounts in the entities' own currencies whose rates have come."""
    if recorded := record_waiting_amounts(now=timezone.now()):
        logger.info("Reporting amounts recorded: %d.", recorded)
