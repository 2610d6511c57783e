from celery import shared_task
from django.utils import timezone

from payments.finance.export_files import claim_export, expire_export, write_export
from payments.finance.models import Export, ExportState
from payments.nudge import nudge


@shared_task
def write_exports() -> None:
    """Write the oldest export that is due, then look for the next in a task of its own."""
    export = claim_export(now=timezone.now())
    if export is not None:
        write_export(export, clock=timezone.now)
        nudge(write_exports)


@shared_task
def expire_exports() -> None:
    """Delete the files whose links have ended."""
    now = timezone.now()
    over = Export.objects.filter(state=ExportState.READY, expires_at__lte=now).order_by("id")
    for export_id in over.values_list("id", flat=True)[:500]:
        expire_export(export_id, now=now)
