import logging

from celery import shared_task
from django.utils import timezone

from payments.donations.giving import actions, checking

logger = logging.getLogger(__name__)


@shared_task
def sum_changed_givers() -> None:
    """Sum anew what the payers gave of whom something changed since, so that no report adds up all gifts."""
    if done := actions.sum_changed_givers():
        logger.info("Changes of what payers gave that are in the sums now: %d.", done)


@shared_task
def check_giving_sums() -> None:
    """Compare the sums of a seventh of the payers with their gifts, and make those that differ again."""
    checking.check_giving_sums(part=timezone.now().weekday())
