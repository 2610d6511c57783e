"""Disputes of which Stripe's own word was never kept: they were booked before it was."""

import logging
from datetime import datetime

from payments.desk.dispute_queries import UNKNOWN_TO_STRIPE, unasked_disputes
from payments.donations.disputes import record_dispute
from payments.donations.models import Dispute
from payments.errors import GatewayRefused, GatewayUnauthorised, GatewayUnavailable
from payments.gateway.disputes import fetch_dispute

logger = logging.getLogger(__name__)

_SWEEP = 50


def ask_of_disputes(*, now: datetime) -> int:
    """Ask Stripe once about each such dispute, whether and until when it can be answered; returns how many.

    One that Stripe does not know is marked, so that it is not asked for again.
    """
    asked = 0
    for dispute in unasked_disputes()[:_SWEEP]:
        try:
            snapshot = fetch_dispute(dispute.stripe_id)
        except (GatewayUnavailable, GatewayUnauthorised) as error:
            logger.warning("Stripe is not there to tell of disputes (%s).", error)
            break
        except GatewayRefused as error:
            logger.warning("Stripe does not know dispute %s: %s", dispute, error)
            status = UNKNOWN_TO_STRIPE
        else:
            record_dispute(snapshot, cause="the sweep of disputes", now=now)
            status = snapshot.status[:40]
        asked += 1
        Dispute.objects.filter(pk=dispute.pk, stripe_status="").update(stripe_status=status)
    return asked
