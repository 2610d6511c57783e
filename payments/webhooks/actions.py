"""Writes of stored events: received, asked for again, replayed."""

import itertools
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from payments.gateway.client import API_VERSION
from payments.gateway.events import list_events
from payments.webhooks.handlers import HANDLERS, NO_HANDLER
from payments.webhooks.incoming import IncomingEvent, read_event
from payments.webhooks.insertion import insert_once
from payments.webhooks.models import EventListing, EventState, WebhookEvent
from payments.webhooks.queries import listed_until

logger = logging.getLogger(__name__)

# For so long Stripe itself tries to deliver an event.
_STRIPE_RETRIES = timedelta(days=3)
# Stripe's clock stamps an event some time before it shows in the list, and is not quite ours.
_OVERLAP = timedelta(minutes=1)
_CHUNK = 100


def receive_event(event: IncomingEvent, *, now: datetime) -> None:
    """Store an event once; the same id again changes nothing."""
    insert_once(_row(event, now))


def _insert(events: Iterable[IncomingEvent], now: datetime) -> None:
    WebhookEvent.objects.bulk_create([_row(event, now) for event in events], ignore_conflicts=True)


def _row(event: IncomingEvent, now: datetime) -> WebhookEvent:
    if event.api_version not in ("", API_VERSION):
        # Processed all the same: its object is fetched in our version.
        logger.warning("Event %s came in version %s.", event.stripe_id, event.api_version)
    is_handled = event.type in HANDLERS
    return WebhookEvent(
        stripe_id=event.stripe_id,
        type=event.type[:100],
        object_id=event.object_id,
        subject=event.subject,
        api_version=event.api_version,
        livemode=event.livemode,
        payload=event.payload,
        created_at=event.created_at,
        received_at=now,
        due_at=now,
        state=EventState.PENDING if is_handled else EventState.IGNORED,
        note="" if is_handled else NO_HANDLER,
    )


def replay_event(event_id: int, *, now: datetime) -> bool:
    """Have an event worked on anew, whatever became of it; False while a worker holds it, or without a handler.

    Harmless, because everything an event leads to is keyed by the fact and not by the event.
    """
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return bool(
        WebhookEvent.objects.filter(free, pk=event_id, type__in=HANDLERS).update(
            state=EventState.PENDING,
            due_at=now,
            attempts=0,
            claim=None,
            claimed_until=None,
            processed_at=None,
            note="",
        )
    )


def fetch_missing_events(*, now: datetime) -> int:
    """Ask Stripe for the events that never reached us and store them; returns how many were new.

    Two lists: what no endpoint of ours took, and everything since this was asked last, which an endpoint that was
    switched off or a restored database has never heard of, however much came in since. Calls Stripe, so it cannot run
    in a transaction.
    """
    since = now - _STRIPE_RETRIES
    read_until = listed_until()
    undelivered = list_events(since=since, types=HANDLERS, delivered=False)
    latest = list_events(
        since=since if read_until is None else read_until - _OVERLAP, types=HANDLERS, delivered=None
    )
    found = itertools.chain(undelivered, latest)
    new = 0
    while chunk := list(itertools.islice(found, _CHUNK)):
        known = set(
            WebhookEvent.objects.filter(stripe_id__in=[event.id for event in chunk]).values_list(
                "stripe_id", flat=True
            )
        )
        missing = {event.id: event for event in chunk if event.id not in known}
        _insert((read_event(event.payload) for event in missing.values()), now)
        new += len(missing)
    EventListing.objects.update_or_create(pk=EventListing.ONLY, defaults={"read_until": now})
    return new
