import logging

from celery import shared_task
from django.utils import timezone

from payments.ledger.sums import actions, checking

logger = logging.getLogger(__name__)


@shared_task
def sum_past_days() -> None:
    """Sum what was booked on days that are past, so that no report has to."""
    if made := actions.sum_past_days(now=timezone.now()):
        logger.info("Days of the books that are summed now: %d.", made)


@shared_task
def check_day_sums() -> None:
    """Compare the sums of all days with the rows, and make those that differ again."""
    checking.check_day_sums(now=timezone.now())
