"""The weekly look at the kept files: whether each is still there, byte for byte."""

from datetime import datetime, timedelta
from logging import getLogger

from django.db.models import F, Q

from payments.finance.kept.models import KeptFile
from payments.finance.kept.queries import fault_of
from payments.finance.tables import TABLES

logger = getLogger(__name__)

# Less than the week between two looks, so that none is left out when a look takes a day.
_SEEN_LATELY = timedelta(days=5)
_BATCH = 100


def check_some(*, now: datetime) -> int:
    """Look at the next kept files that nobody has looked at this week, and return how many there were.

    What is wrong is an error in the log and stands on the month's page until a later look finds the file well.
    """
    due = KeptFile.objects.exclude(sha256="").filter(
        Q(checked_at=None) | Q(checked_at__lte=now - _SEEN_LATELY)
    )
    found = list(due.order_by(F("checked_at").asc(nulls_first=True), "id")[:_BATCH])
    for kept in found:
        kept.checked_at, kept.fault = now, fault_of(kept)
        kept.save(update_fields=KeptFile.LOOKED_AT)
        if kept.fault:
            logger.error("The kept file %s: %s", kept, kept.fault)
    return len(found)


def report_missing(*, now: datetime) -> int:
    """Write an error for each kept file that could not be written since its month was locked; return how many."""
    missing = KeptFile.objects.filter(
        sha256="", report__in=TABLES, period__locked_at__lte=now - timedelta(days=1)
    )
    for kept in missing.select_related("period").order_by("id"):
        logger.error("The file %s is not kept yet. %s", kept, kept.error)
    return len(missing)
