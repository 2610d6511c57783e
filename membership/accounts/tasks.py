"""Housekeeping of signing in."""

import logging

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from membership.accounts.actions import forget_stale_codes

logger = logging.getLogger(__name__)


@shared_task
def forget_stale_sign_ins() -> None:
    """Delete codes that nobody typed and sessions that are over, so that neither outlives its use."""
    deleted = forget_stale_codes(now=timezone.now())
    call_command("clearsessions")
    logger.info("%s sign-in codes that were never typed are deleted.", deleted)
