"""From waiting beacons to hourly counts: each event once, whenever the work stops and begins again.

The counts, the ids of the events and how far the buffer is counted are written in one transaction; what was counted is
removed from Redis only after it, and not read again if that did not happen. An event that comes twice is counted once
where both come within a day: its id is kept for so long.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from membership.errors import BeaconRefused
from membership.results.beacons import Event, decode
from membership.results.buffers import Buffer, Waiting
from membership.results.models import FoldMark, HourlyCount, SeenEvent

logger = logging.getLogger(__name__)

BATCH = 500  # beacons, of at most 20 events each
REMEMBERED = timedelta(days=1)

# An hour has no more different rows than this, or a program that makes up keys would fill the database. What goes
# beyond is counted under these words.
MOST_ROWS_AN_HOUR = 20_000
OTHERS = "others"


class Tally(NamedTuple):
    """What one row counts; the fields of HourlyCount but the count."""

    hour: datetime
    bundle: str
    campaign: str
    variant: str
    slot: str
    country: str
    state: str
    type: str
    first: bool


def fold_batch(
    buffer: Buffer, *, now: datetime, size: int = BATCH, most_rows: int = MOST_ROWS_AN_HOUR
) -> int:
    """Count up to `size` beacons of the buffer; returns how many. Safe to repeat, and to run twice at a time."""
    FoldMark.objects.get_or_create(buffer=buffer.name)
    with transaction.atomic():
        # All marks, not only this buffer's: both buffers add to the same rows.
        marks = FoldMark.objects.select_for_update().order_by("buffer")
        mark = {each.buffer: each for each in marks}[buffer.name]
        waiting = buffer.read(mark.position, most=size)
        if waiting:
            _add(_count(_new_events(waiting, now=now)), most_rows)
            buffer.count_done(waiting)
            mark.position = waiting[-1].position
        mark.folded_at = now
        mark.save()
    if mark.position:
        buffer.trim(mark.position)
    return len(waiting)


def forget_seen(*, now: datetime) -> int:
    """Forget the ids of events that were counted more than a day ago; returns how many."""
    forgotten, _ = SeenEvent.objects.filter(counted_at__lt=now - REMEMBERED).delete()
    return forgotten


def _new_events(waiting: Iterable[Waiting], *, now: datetime) -> list[tuple[datetime, str, Event]]:
    """Return (hour, bundle, event) for each event whose id was not seen, and remember the ids."""
    found: dict[int, tuple[datetime, str, Event]] = {}
    for each in waiting:
        try:
            beacon = decode(each.body)
        except BeaconRefused as error:
            logger.warning("Beacon %s was not counted: %s", each.position, error)
            continue
        hour = each.received_at.replace(minute=0, second=0, microsecond=0)
        for event in beacon.events:
            found.setdefault(_signed(event.id), (hour, beacon.bundle, event))
    for seen in SeenEvent.objects.in_bulk(found):
        del found[seen]
    SeenEvent.objects.bulk_create(SeenEvent(id=key, counted_at=now) for key in found)
    return list(found.values())


def _signed(event_id: str) -> int:
    number = int(event_id, 16)
    return number - (1 << 64) if number >> 63 else number


def _count(events: Iterable[tuple[datetime, str, Event]]) -> Counter[Tally]:
    return Counter(
        Tally(
            hour,
            bundle,
            event.campaign,
            event.variant,
            event.slot,
            event.country,
            event.state,
            event.type,
            bool(event.first),
        )
        for hour, bundle, event in events
    )


def _add(counts: Counter[Tally], most_rows: int) -> None:
    """Add to the rows of each hour; the lock on the marks keeps everybody else from it."""
    for hour in sorted({tally.hour for tally in counts}):
        mine = {tally: count for tally, count in counts.items() if tally.hour == hour}
        there = {
            Tally(*(getattr(row, name) for name in Tally._fields)): row.count
            for row in HourlyCount.objects.filter(
                hour=hour, campaign__in={tally.campaign for tally in mine} | {OTHERS}
            )
        }
        sums = Counter(there)
        room = most_rows - HourlyCount.objects.filter(hour=hour).count()
        for tally, count in mine.items():
            if tally not in sums:
                room -= 1
            sums[tally if tally in sums or room >= 0 else _other(tally)] += count
        HourlyCount.objects.bulk_create(
            (
                HourlyCount(**tally._asdict(), count=count)
                for tally, count in sums.items()
                if count != there.get(tally)
            ),
            update_conflicts=True,
            unique_fields=Tally._fields,
            update_fields=["count"],
        )


def _other(tally: Tally) -> Tally:
    return tally._replace(
        bundle="", campaign=OTHERS, variant=OTHERS, slot=OTHERS, country="", state=OTHERS
    )
