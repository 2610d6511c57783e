"""Which states a checkout passes through."""

import logging

from payments.checkouts.models import Checkout, CheckoutStatus
from payments.errors import InvalidTransition

logger = logging.getLogger(__name__)

TRANSITIONS: dict[CheckoutStatus, set[CheckoutStatus]] = {
    CheckoutStatus.INTENDED: {
        CheckoutStatus.OPEN,
        CheckoutStatus.COMPLETED,  # Paid while our answer from Stripe was lost.
        CheckoutStatus.EXPIRED,
        CheckoutStatus.SUPERSEDED,
        CheckoutStatus.REFUSED,
    },
    CheckoutStatus.OPEN: {
        CheckoutStatus.COMPLETED,
        CheckoutStatus.EXPIRED,
        CheckoutStatus.SUPERSEDED,
    },
    CheckoutStatus.SUPERSEDED: {
        CheckoutStatus.COMPLETED,  # Paid on the old page before we could close it.
    },
    CheckoutStatus.COMPLETED: set(),
    CheckoutStatus.EXPIRED: set(),
    CheckoutStatus.REFUSED: set(),
}


def command(checkout: Checkout, new: CheckoutStatus) -> None:
    """Move by a command of ours; raises InvalidTransition where the table has no way."""
    if new not in TRANSITIONS[CheckoutStatus(checkout.status)]:
        raise InvalidTransition(f"Checkout {checkout} cannot go from {checkout.status} to {new}.")
    checkout.status = new


def follow(checkout: Checkout, new: CheckoutStatus) -> None:
    """Move because Stripe says so: recorded even when the table has no way, and then logged."""
    if new not in TRANSITIONS[CheckoutStatus(checkout.status)]:
        logger.warning("Checkout %s goes from %s to %s.", checkout, checkout.status, new)
    checkout.status = new
