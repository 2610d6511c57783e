"""Tasks: the published prompts kept true."""

from celery import shared_task
from django.utils import timezone

from membership.prompts.renewing import publish_due


@shared_task
def publish_due_bundle() -> None:
    """Publish anew where a schedule, an offer or a goal's total has moved on."""
    publish_due(now=timezone.now())
