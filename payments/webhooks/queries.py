"""Reads of stored events."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from payments.webhooks.models import EventListing, WebhookEvent


def listed_until() -> datetime | None:
    """Return until when Stripe's list of events has been read; None before the first time."""
    return EventListing.objects.values_list("read_until", flat=True).first()


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


def unknown_ids(stripe_ids: Iterable[str]) -> list[str]:
    """Return those of Stripe's ids of which we stored no event, as they were given."""
    known = set(
        WebhookEvent.objects.filter(stripe_id__in=stripe_ids).values_list("stripe_id", flat=True)
    )
    return [stripe_id for stripe_id in stripe_ids if stripe_id not in known]
