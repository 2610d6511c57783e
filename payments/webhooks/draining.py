"""Drain the stored events in batches: claim, fetch outside any transaction, apply."""

import itertools
import logging
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache, partial

from django.db import IntegrityError, transaction

from payments.errors import GatewayUnauthorised, GatewayUnavailable
from payments.webhooks.claims import BATCH, Claim, claim_events, release, still_held
from payments.webhooks.findings import Findings, record_gifts, together
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
# The events of one subject.
Gift = list[WebhookEvent]


def drain_batch(*, now: datetime, size: int = BATCH) -> bool:
    """Work through one batch of due events; False when none was due or Stripe is out of reach.

    A bad event stops nobody: it is tried again later, and after MAX_ATTEMPTS waits for staff.
    """
    claim = claim_events(now=now, size=size)
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
        # Stored by a later version of ours.
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
    """Write down what was found: one transaction for the batch, and a bad event costs no other its place in it."""
    unreached = [event for event in claim.events if _is_out_of_reach(found[event.pk])]
    release(claim, unreached, due_at=now + _GATEWAY_REST)
    events = [event for event in claim.events if event not in unreached]
    # The events of one gift stand together.
    events.sort(key=lambda event: (event.subject, event.pk))
    try:
        _apply_batch(claim, events, found, now)
    except IntegrityError:
        # A deferred constraint speaks at the commit and does not say whose fault it is: one by one, it does.
        logger.warning("A batch of %s events could not be committed together.", len(events))
        for event in events:
            _apply_alone(claim, event, found, now)


def _is_out_of_reach(outcome: Findings | Exception) -> bool:
    return isinstance(outcome, GatewayUnavailable | GatewayUnauthorised)


def _apply_batch(claim: Claim, events: list[WebhookEvent], found: Found, now: datetime) -> None:
    with transaction.atomic(durable=True):
        held = still_held(claim)
        ours = [event for event in events if event.pk in held]
        _note_done([e for e in ours if e.type not in HANDLERS], EventState.IGNORED, NO_HANDLER, now)
        handled = [event for event in ours if event.type in HANDLERS]
        for event in handled:
            if isinstance(error := found[event.pk], Exception):
                _note_failure(event, error, now)
        good = (event for event in handled if isinstance(found[event.pk], Findings))
        gifts = [list(gift) for _, gift in itertools.groupby(good, key=lambda e: e.subject)]
        _apply_gifts(gifts, found, now)


def _apply_alone(claim: Claim, event: WebhookEvent, found: Found, now: datetime) -> None:
    try:
        _apply_batch(claim, [event], found, now)
    except IntegrityError as error:
        with transaction.atomic(durable=True):
            if event.pk in still_held(claim):
                _note_failure(event, error, now)


def _apply_gifts(gifts: list[Gift], found: Found, now: datetime) -> None:
    """Write down what was found of several gifts at once, in one savepoint; when that fails, of each half on its own.

    So in the end the bad event is alone in its savepoint, and all others are on the books.
    """
    if not gifts:
        return
    try:
        with transaction.atomic():
            _record(gifts, found, now)
    except Exception as error:  # noqa: BLE001  one bad event must stop nobody
        parts = _halves(gifts) if len(gifts) > 1 else [[[event]] for event in gifts[0]]
        if len(parts) == 1:
            _note_failure(gifts[0][0], error, now)
            return
        for part in parts:
            _apply_gifts(part, found, now)


def _record(gifts: list[Gift], found: Found, now: datetime) -> None:
    are_ours = record_gifts([_told(gift, found) for gift in gifts], now=now)
    told = list(zip(gifts, are_ours, strict=True))
    ours = [event for gift, is_ours in told if is_ours for event in gift]
    others = [event for gift, is_ours in told if not is_ours for event in gift]
    _note_done(ours, EventState.PROCESSED, "", now)
    _note_done(others, EventState.IGNORED, NOT_OURS, now)


def _told(gift: Gift, found: Found) -> tuple[Findings, str]:
    parts = [outcome for event in gift if isinstance(outcome := found[event.pk], Findings)]
    return together(*parts), f"{gift[0].type} {gift[0].stripe_id}"


def _halves(gifts: list[Gift]) -> list[list[Gift]]:
    middle = len(gifts) // 2
    return [gifts[:middle], gifts[middle:]]


def _note_done(events: list[WebhookEvent], state: EventState, note: str, now: datetime) -> None:
    WebhookEvent.objects.filter(pk__in=[event.pk for event in events]).update(
        state=state, note=note, processed_at=now, claim=None, claimed_until=None
    )


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
    event.claim = event.claimed_until = None
    event.save(update_fields=["state", "note", "attempts", "due_at", "claim", "claimed_until"])


def rest_after(attempts: int) -> timedelta:
    """Return how long an event rests after so many attempts: 30 s, 2 min, 8 min … 6 h, some 15 h in all."""
    return min(_FIRST_REST * int(4 ** (attempts - 1)), _LONGEST_REST)
