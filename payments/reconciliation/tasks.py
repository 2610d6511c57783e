"""Reading payouts and balances from Stripe, and matching bank lines."""

import logging

from celery import shared_task
from django.utils import timezone

from payments.errors import GatewayUnavailable
from payments.nudge import nudge
from payments.reconciliation.bank_actions import match_bank_lines
from payments.reconciliation.reading import read_due_payout
from payments.reconciliation.sweeps import sweep_payouts, take_balance

logger = logging.getLogger(__name__)

# Bounds one task's time; whatever is left is nudged for anew.
_BATCHES = 30


@shared_task
def read_payouts() -> None:
    """Read lines until no payout is due, then match the bank's; a nudge follows each change, a sweep the rest."""
    for _ in range(_BATCHES):
        if not read_due_payout(now=timezone.now()):
            match_bank_lines(now=timezone.now())
            return
    nudge(read_payouts)


@shared_task
def list_payouts() -> None:
    """Compare Stripe's list of payouts with ours, each night."""
    try:
        changed = sweep_payouts(now=timezone.now())
    except GatewayUnavailable as error:
        logger.warning("Stripe is not there to list payouts (%s); the next sweep asks.", error)
        return
    logger.info("Payouts that were new or changed: %s.", changed)
    nudge(read_payouts)


@shared_task
def take_stripe_balance() -> None:
    """Keep today's balance, unless it is there already."""
    try:
        take_balance(now=timezone.now())
    except GatewayUnavailable as error:
        logger.warning("Stripe does not show its balance (%s); the next sweep asks.", error)
