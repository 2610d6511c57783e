"""Forget a person in the events that Stripe sent."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from payments.customers.models import Customer
from payments.scrubbing import scrubbed, without_person
from payments.webhooks.models import WebhookEvent


@transaction.atomic
def forget_in_events(traces: Collection[str]) -> int:
    """Replace every text of a stored event that holds one of `traces`; returns in how many events.

    An event is only a hint of the object to fetch, so it can still be replayed. Reads the whole table once.
    """
    held = Q()
    for trace in traces:
        # As the database keeps it: JSON writes what is not ASCII as escapes on one engine and as it is on the other.
        held |= Q(payload__icontains=trace) | Q(payload__icontains=json.dumps(trace)[1:-1])
    if not traces:
        return 0
    events = list(WebhookEvent.objects.select_for_update().filter(held).order_by("pk"))
    for event in events:
        event.payload = scrubbed(event.payload, traces)
        event.save(update_fields=["payload"])
    return len(events)


# Stripe sends and sends again for a month at most.
_LATE = timedelta(days=31)


def forget_in_late_events(now: datetime) -> int:
    """Take the person off the events that came about a payer after they were forgotten; returns off how many."""
    forgotten = Customer.objects.filter(erased_at__gt=now - _LATE, stripe_id__isnull=False)
    changed = 0
    for stripe_id, erased_at in forgotten.values_list("stripe_id", "erased_at"):
        late = WebhookEvent.objects.filter(
            received_at__gte=erased_at, payload__icontains=str(stripe_id)
        ).order_by("pk")
        for event in late:
            payload = without_person(event.payload)
            if payload != event.payload:
                WebhookEvent.objects.filter(pk=event.pk).update(payload=payload)
                changed += 1
    return changed
