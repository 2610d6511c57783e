"""Who works on which events: claims that expire, so that work is never lost with its worker."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from payments.webhooks.models import EventState, WebhookEvent

BATCH = 100
# Longer than fetching a batch may take; a worker that died is replaced after this.
LEASE = timedelta(minutes=5)
# Any number that nothing else in this database locks; it spells "webhook".
_CLAIMING = 0x776562686F6F6B


@dataclass(frozen=True, slots=True)
class Claim:
    """Events that one worker holds under one token until the lease ends."""

    token: uuid.UUID
    events: Sequence[WebhookEvent]


@transaction.atomic
def claim_events(*, now: datetime, size: int = BATCH) -> Claim:
    """Take up to `size` due events, oldest first, none of whose subject another worker holds.

    So the events of one gift never have two workers at a time, and what one of them fetched is not older than what
    the other wrote.
    """
    _wait_for_other_claims()
    held = WebhookEvent.objects.filter(claimed_until__gt=now).values("subject")
    due = (
        WebhookEvent.objects.filter(state=EventState.PENDING, due_at__lte=now)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        .exclude(subject__in=held)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    )
    claim = Claim(uuid.uuid4(), list(due[:size]))
    WebhookEvent.objects.filter(pk__in=[event.pk for event in claim.events]).update(
        claim=claim.token, claimed_until=now + LEASE
    )
    return claim


def _wait_for_other_claims() -> None:
    """Let one worker claim at a time: a claim takes milliseconds, and no other rule keeps a subject whole.

    On SQLite the transaction has the database to itself from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIMING])


def still_held(claim: Claim) -> set[int]:
    """Lock and name the claim's events that are still ours; the caller is in the transaction that applies them.

    One whose lease ended while its object was fetched may have been taken again, and is then somebody else's.
    """
    rows = WebhookEvent.objects.select_for_update().filter(
        claim=claim.token, state=EventState.PENDING
    )
    return set(rows.values_list("pk", flat=True))


def release(claim: Claim, events: Iterable[WebhookEvent], *, due_at: datetime) -> None:
    """Give events back, to be tried again from `due_at` on; this is no attempt of theirs."""
    WebhookEvent.objects.filter(
        pk__in=[event.pk for event in events], claim=claim.token, state=EventState.PENDING
    ).update(claim=None, claimed_until=None, due_at=due_at)
