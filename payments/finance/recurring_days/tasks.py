import logging

from celery import shared_task
from django.utils import timezone

from payments.finance.recurring_days import actions, checking

logger = logging.getLogger(__name__)


@shared_task
def keep_past_days() -> None:
    """Add the movements of recurring gifts up for days that are past, so that no report has to."""
    if made := actions.keep_past_days(now=timezone.now()):
        logger.info("Days of recurring revenue that are kept now: %d.", made)


@shared_task
def check_kept_days() -> None:
    """Compare recurring revenue of all kept days with the gifts, and keep those that differ anew."""
    checking.check_kept_days(now=timezone.now())
