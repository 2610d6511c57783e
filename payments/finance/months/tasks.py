from celery import shared_task
from django.utils import timezone

from payments.finance.months.proof import changed_months


@shared_task
def check_locked_months() -> None:
    """Write the journal of every locked month again and compare it with the one that it was locked with."""
    changed_months(now=timezone.now())
