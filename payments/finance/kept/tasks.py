from celery import shared_task
from django.utils import timezone

from payments.finance.kept.actions import await_files_of_all, claim_report, keep_report
from payments.finance.kept.checking import check_some, report_missing
from payments.nudge import nudge


@shared_task
def keep_month_files() -> None:
    """Write and keep the files of one report of a locked month, then look for the next in a task of its own."""
    await_files_of_all()
    claimed = claim_report(now=timezone.now())
    if claimed is not None:
        keep_report(*claimed, clock=timezone.now)
        nudge(keep_month_files)


@shared_task
def check_kept_files() -> None:
    """Compare some kept files with their checksums, then look for more in a task of its own."""
    now = timezone.now()
    if check_some(now=now):
        nudge(check_kept_files)
    else:
        report_missing(now=now)
