import logging

from celery import shared_task
from django.utils import timezone

from payments.finance.register_sums import actions, checking

logger = logging.getLogger(__name__)


@shared_task
def sum_register_days() -> None:
    """Sum what the gift register comes to on days that are past, so that no page has to."""
    if made := actions.sum_register_days(now=timezone.now()):
        logger.info("Days of the gift register that are summed now: %d.", made)


@shared_task
def check_register_sums() -> None:
    """Compare the sums of all days with the register's rows, and make those that differ again."""
    checking.check_register_sums(now=timezone.now())
