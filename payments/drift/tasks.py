"""Running the audits that were asked for."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from payments.drift.actions import give_up_stalled_audits, next_audit, run_audit
from payments.errors import GatewayRefused, GatewayUnavailable

logger = logging.getLogger(__name__)

# A worker that has been at one audit for so long is not there any more.
_STALLED_AFTER = timedelta(hours=2)


@shared_task
def run_drift_audits() -> None:
    """Run the audits that wait, one after the other; each finding is written down when it is made."""
    now = timezone.now()
    give_up_stalled_audits(before=now - _STALLED_AFTER, now=now)
    while audit := next_audit():
        try:
            run_audit(audit, now=timezone.now())
        except (GatewayUnavailable, GatewayRefused) as error:
            logger.warning("Audit %s stopped (%s).", audit.pk, error)
