"""The sweep that books what no event brought."""

from celery import shared_task
from django.utils import timezone

from payments.ledger.booking import book_missing


@shared_task
def book_missing_balance_transactions() -> None:
    """Ask Stripe for the ledger lines that settled payments and refunds still lack."""
    book_missing(now=timezone.now())
