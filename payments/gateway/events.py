"""Stripe's list of events, kept for thirty days."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime

import stripe
from stripe.params import EventListParams

from payments.gateway.client import calling_stripe
from payments.gateway.reading import instant
from payments.gateway.snapshots import EventSnapshot

_PAGE = 100
# How many types one listing may name.
_TYPES = 20


def list_events(
    *, since: datetime, types: Iterable[str], delivered: bool | None
) -> Iterator[EventSnapshot]:
    """Yield the events of `types` created from `since` on, newest first within each twenty types.

    `delivered=False` asks for those that an endpoint of ours has not yet taken, None for all.
    """
    for chunk in _chunks(sorted(types), _TYPES):
        parameters: EventListParams = {
            "created": {"gte": int(since.timestamp())},
            "types": chunk,
            "limit": _PAGE,
        }
        if delivered is not None:
            parameters["delivery_success"] = delivered
        yield from _pages(parameters)


def _pages(parameters: EventListParams) -> Iterator[EventSnapshot]:
    while True:
        with calling_stripe() as client:
            page = client.v1.events.list(parameters)
        yield from map(read_event, page.data)
        if not page.has_more:
            return
        parameters = {**parameters, "starting_after": page.data[-1].id}


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    remaining = iter(items)
    while chunk := list(itertools.islice(remaining, size)):
        yield chunk


def read_event(event: stripe.Event) -> EventSnapshot:
    return EventSnapshot(
        id=event.id,
        type=event.type,
        created_at=instant(event.created),
        # The SDK reads prices' decimals as Decimal, which the stored payload, as Stripe sent it, has as text.
        payload=event.to_dict(for_json=True),
    )
