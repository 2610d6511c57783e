"""Drain the stored events in batches: claim, fetch outside any transaction, apply."""

import logging
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache, partial

from django.db import IntegrityError, transaction

from payments.errors import GatewayUnauthorised, GatewayUnavailable
from payments.webhooks.claims import Claim, claim_events, release, still_held
from payments.webhooks.findings import Findings, record_findings
from payments.webhooks.handlers import HANDLERS, NO_HANDLER
from payments.webhooks.lookup import Lookup
from payments.webhooks.models import EventState, WebhookEvent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
# Waiting for Stripe is most of a batch's time, and waiting can be shared.
_FETCHERS = 8
_GATEWAY_REST = timedelta(seconds=45)
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(hours=6)

NOT_OURS = "Its objects name no checkout or plan of ours."

Found = Mapping[int, Findings | Exception]


def drain_batch(*, now: datetime) -> bool:
    """Work through one batch of due events; False when none was due or Stripe is out of reach.

    A bad event stops nobody: it is tried again later, and after MAX_ATTEMPTS waits for staff.
    """
    claim = claim_events(now=now)
    if not claim.events:
        return False
    lookup = Lookup()
    found = fetch(claim, lookup)
    apply(claim, found, now=now)
    return not lookup.is_shut


def fetch(claim: Claim, lookup: Lookup) -> Found:
    """Find out what each event is about; an error stands in its place."""
    outcomes = _fetchers().map(partial(_find, lookup), claim.events)
    return dict(zip((event.pk for event in claim.events), outcomes, strict=True))


@lru_cache(maxsize=1)
def _fetchers() -> ThreadPoolExecutor:
    # Kept for the life of the process, because each thread keeps its connection to Stripe.
    return ThreadPoolExecutor(_FETCHERS, thread_name_prefix="stripe")


def _find(lookup: Lookup, event: WebhookEvent) -> Findings | Exception:
    handler = HANDLERS.get(event.type)
    if handler is None:
        return Findings()
    try:
        return handler(_subject(event), lookup)
    except Exception as error:  # noqa: BLE001  it is this event's outcome, and nobody else's
        return error


def _subject(event: WebhookEvent) -> Mapping[str, object]:
    """Return the event's object as sent; a thin event names it only."""
    data = event.payload.get("data") or {}
    subject: Mapping[str, object] = data.get("object") or {"id": event.object_id}
    return subject


def apply(claim: Claim, found: Found, *, now: datetime) -> None:
    """Write down what was found: one transaction for the batch, one savepoint for each event.

    Events of one gift stay together and gifts come in one order in every worker, so that two of them do not wait for
    each other's rows.
    """
    unreached = [event for event in claim.events if _is_out_of_reach(found[event.pk])]
    release(claim, unreached, due_at=now + _GATEWAY_REST)
    events = [event for event in claim.events if event not in unreached]
    events.sort(key=lambda event: (event.subject, event.pk))
    try:
        _apply_together(claim, events, found, now)
    except IntegrityError:
        # A deferred constraint speaks at the commit and does not say whose fault it is: one by one, it does.
        logger.warning("A batch of %s events could not be committed together.", len(events))
        for event in events:
            _apply_alone(claim, event, found, now)


def _is_out_of_reach(outcome: Findings | Exception) -> bool:
    return isinstance(outcome, GatewayUnavailable | GatewayUnauthorised)


def _apply_together(claim: Claim, events: list[WebhookEvent], found: Found, now: datetime) -> None:
    with transaction.atomic(durable=True):
        held = still_held(claim)
        for event in events:
            if event.pk in held:
                _apply_event(event, found[event.pk], now)


def _apply_alone(claim: Claim, event: WebhookEvent, found: Found, now: datetime) -> None:
    try:
        _apply_together(claim, [event], found, now)
    except IntegrityError as error:
        with transaction.atomic(durable=True):
            if event.pk in still_held(claim):
                _note_failure(event, error, now)


def _apply_event(event: WebhookEvent, outcome: Findings | Exception, now: datetime) -> None:
    if isinstance(outcome, Exception):
        _note_failure(event, outcome, now)
        return
    try:
        with transaction.atomic():
            is_ours = record_findings(outcome, cause=f"{event.type} {event.stripe_id}", now=now)
            _note_done(event, is_ours=is_ours, now=now)
    except Exception as error:  # noqa: BLE001  one bad event must stop nobody
        _note_failure(event, error, now)


def _note_done(event: WebhookEvent, *, is_ours: bool, now: datetime) -> None:
    event.state = EventState.PROCESSED if is_ours else EventState.IGNORED
    event.note = "" if is_ours else NOT_OURS if event.type in HANDLERS else NO_HANDLER
    event.processed_at = now
    _save(event)


def _note_failure(event: WebhookEvent, error: Exception, now: datetime) -> None:
    """Count an attempt; the traceback goes to the row and not to the logs, since it may quote a person's details."""
    event.attempts += 1
    event.note = "".join(traceback.format_exception(error, limit=-8))[-8000:]
    if event.attempts >= MAX_ATTEMPTS:
        event.state = EventState.FAILED
    event.due_at = now + rest_after(event.attempts)
    logger.error(
        "Event %s (%s) failed at attempt %s with %s; its note says more.",
        event.stripe_id,
        event.type,
        event.attempts,
        type(error).__name__,
    )
    _save(event)


def _save(event: WebhookEvent) -> None:
    event.claim = event.claimed_until = None
    event.save(
        update_fields=[
            "state",
            "note",
            "processed_at",
            "attempts",
            "due_at",
            "claim",
            "claimed_until",
        ]
    )


def rest_after(attempts: int) -> timedelta:
    """Return how long an event rests after so many attempts: 30 s, 2 min, 8 min … 6 h, some 15 h in all."""
    return min(_FIRST_REST * int(4 ** (attempts - 1)), _LONGEST_REST)
