"""Reads of stored events."""

from datetime import datetime

from django.db.models import Max, QuerySet

from payments.webhooks.models import WebhookEvent


def last_created_at() -> datetime | None:
    """Return when Stripe made the latest event that we know; None before the first."""
    last: datetime | None = WebhookEvent.objects.aggregate(last=Max("created_at"))["last"]
    return last


def events_to_replay(
    *,
    stripe_ids: tuple[str, ...] = (),
    type_: str = "",
    state: str = "",
    since: datetime | None = None,
) -> QuerySet[WebhookEvent]:
    """Return the events that match everything that is given, oldest first."""
    events = WebhookEvent.objects.order_by("received_at", "id")
    if stripe_ids:
        events = events.filter(stripe_id__in=stripe_ids)
    if type_:
        events = events.filter(type=type_)
    if state:
        events = events.filter(state=state)
    if since is not None:
        events = events.filter(received_at__gte=since)
    return events
