"""Tasks: notices that time has made due are written, and letters that are due are sent."""

import logging

from celery import shared_task
from django.utils import timezone

from membership.letters import reminding, upgrading
from membership.letters.catalogue import Stream
from membership.letters.sending import send_due
from payments.nudge import nudge

logger = logging.getLogger(__name__)

# Plans that one run looks at; what is left is taken by the next, which a full run starts at once.
_BATCH = 500


@shared_task
def send_due_letters() -> None:
    """Send every letter whose time has come."""
    outcomes = send_due(now=timezone.now())
    if outcomes:
        logger.info("Letters: %s.", dict(outcomes))


@shared_task
def send_due_marketing() -> None:
    """Send the letters that consent allows: by themselves, so that no receipt ever waits behind them."""
    outcomes = send_due(now=timezone.now(), stream=Stream.MARKETING)
    if outcomes:
        logger.info("Marketing letters: %s.", dict(outcomes))


@shared_task
def write_due_notices() -> None:
    """Write the notices of recurring gifts whose time has come."""
    looked_at = reminding.write_due_notices(limit=_BATCH, now=timezone.now())
    if looked_at == _BATCH:
        nudge(write_due_notices)
    if looked_at:
        logger.info("Recurring gifts whose notices were looked at: %s.", looked_at)
        nudge(send_due_letters)


@shared_task
def ask_for_upgrades() -> None:
    """Ask who has given for a year whether they would give a little more."""
    if written := upgrading.ask_for_upgrades(limit=_BATCH, now=timezone.now()):
        logger.info("Recurring gifts that were asked for more: %s.", written)
        nudge(send_due_marketing)
