"""From beacons to hourly counts: each event once, wherever the work stops."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from pytest_django import Settings

from membership.errors import TooManyEvents
from membership.models import BufferedBeacon, FoldMark, HourlyCount, SeenEvent
from membership.results.beacons import encode, parse
from membership.results.buffers import Buffer, RedisBuffer, TableBuffer, Waiting, buffers
from membership.results.folding import fold_batch, forget_seen
from membership.results.limits import PER_ADDRESS
from membership.results.tasks import fold_events
from tests.membership.beacons import a_beacon, an_event

NOW = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)


class Stopped(Exception):
    """The task was killed here."""


@pytest.fixture(
    params=["table", pytest.param("redis", marks=pytest.mark.services)],
)
def buffer(request: pytest.FixtureRequest) -> Iterator[Buffer]:
    """Each of the two buffers, empty."""
    if request.param == "table":
        yield TableBuffer()
        return
    stream = f"masthead:test:{uuid.uuid4()}"
    yield RedisBuffer(settings.REDIS_URL, stream)
    redis.Redis.from_url(settings.REDIS_URL).delete(stream)


def _put(buffer: Buffer, *events: dict[str, object], **changes: object) -> None:
    beacon = parse(a_beacon(*events, **changes))
    buffer.put(encode(beacon), count=len(beacon.events), address="")


def _total() -> int:
    return int(HourlyCount.objects.aggregate(sum=Sum("count", default=0))["sum"])


def _drain(buffer: Buffer) -> None:
    while fold_batch(buffer, now=NOW):
        pass


class StoppingDatabase:
    """Kills the work before its `number`th statement reaches the database."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.seen += 1
        if self.seen == self._number:
            raise Stopped
        return execute(*arguments)


class Stopping:
    """A buffer that kills the work at one of its steps."""

    def __init__(self, buffer: Buffer, step: str) -> None:
        self._buffer, self._step = buffer, step
        self.name = buffer.name

    def put(self, body: str, *, count: int, address: str) -> None:
        self._buffer.put(body, count=count, address=address)

    def read(self, after: str, *, most: int) -> list[Waiting]:
        self._stop("read")
        return self._buffer.read(after, most=most)

    def count_done(self, beacons: list[Waiting]) -> None:
        self._stop("count_done")
        self._buffer.count_done(beacons)

    def trim(self, position: str) -> None:
        self._stop("trim")
        self._buffer.trim(position)

    def _stop(self, step: str) -> None:
        if step == self._step:
            raise Stopped


@pytest.mark.django_db
def test_events_that_are_alike_are_one_row(buffer: Buffer) -> None:
    _put(buffer, an_event(), an_event(), an_event(f=0), an_event(t="clicked", f=0))
    _put(buffer, an_event(k="US"))
    _drain(buffer)
    _put(buffer, an_event())
    _drain(buffer)

    rows = HourlyCount.objects.values_list("type", "first", "country", "count")
    assert set(rows) == {
        ("seen", True, "GB", 3),
        ("seen", False, "GB", 1),
        ("clicked", False, "GB", 1),
        ("seen", True, "US", 1),
    }
    assert {row.minute for row in HourlyCount.objects.values_list("hour", flat=True)} == {0}


@pytest.mark.django_db
def test_an_event_that_comes_twice_is_counted_once(buffer: Buffer) -> None:
    event = an_event(i="ffffffffffffffff")
    _put(buffer, event, event, an_event(i="0000000000000000"))
    _put(buffer, event)
    _drain(buffer)
    _put(buffer, event)
    _drain(buffer)

    assert _total() == 2


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nothing_is_lost_or_counted_twice(buffer: Buffer) -> None:
    _put(buffer, an_event())
    _drain(buffer)
    whole = StoppingDatabase(0)
    _put(buffer, an_event())
    with connection.execute_wrapper(whole):
        fold_batch(buffer, now=NOW)
    assert whole.seen > 6

    for number in range(1, whole.seen + 1):
        before = _total()
        _put(buffer, an_event(), an_event(t="clicked"))
        with connection.execute_wrapper(StoppingDatabase(number)), suppress(Stopped):
            fold_batch(buffer, now=NOW)
            pytest.fail(f"Nothing was killed at statement {number}.")
        _drain(buffer)
        assert _total() == before + 2, f"killed at statement {number}"
    _drain(buffer)
    assert _total() == 2 + 2 * whole.seen


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["read", "count_done", "trim"])
def test_killed_at_any_step_of_the_buffer_nothing_is_lost_or_counted_twice(
    buffer: Buffer, step: str
) -> None:
    _put(buffer, an_event(), an_event(t="clicked"))

    with pytest.raises(Stopped):
        fold_batch(Stopping(buffer, step), now=NOW)
    _put(buffer, an_event())
    _drain(buffer)
    _drain(buffer)

    assert _total() == 3
    assert buffer.read("", most=10) == []


@pytest.mark.django_db
def test_a_long_queue_is_counted_in_batches(buffer: Buffer) -> None:
    for _ in range(7):
        _put(buffer, an_event())

    assert [fold_batch(buffer, now=NOW, size=3) for _ in range(4)] == [3, 3, 1, 0]
    assert _total() == 7


@pytest.mark.django_db
def test_what_is_no_beacon_stops_nobody(buffer: Buffer, caplog: pytest.LogCaptureFixture) -> None:
    buffer.put("[1, 2, 3]", count=1, address="")
    _put(buffer, an_event())
    _drain(buffer)

    assert _total() == 1
    assert "was not counted" in caplog.text


@pytest.mark.django_db
def test_ids_are_forgotten_after_a_day() -> None:
    buffer = TableBuffer()
    _put(buffer, an_event())
    _drain(buffer)

    assert forget_seen(now=NOW + timedelta(hours=24)) == 0
    assert forget_seen(now=NOW + timedelta(hours=25)) == 1
    assert not SeenEvent.objects.exists()


@pytest.mark.django_db
def test_made_up_keys_cannot_fill_the_database() -> None:
    buffer = TableBuffer()
    for number in range(4):
        _put(buffer, *(an_event(c=f"made-up-{number}-{n}") for n in range(3)), an_event())
        fold_batch(buffer, now=NOW, most_rows=5)

    assert _total() == 16
    assert HourlyCount.objects.count() == 6
    assert HourlyCount.objects.get(campaign="appeal").count == 4
    assert HourlyCount.objects.get(campaign="others").count == 8


@pytest.mark.parametrize(
    "buffer", [pytest.param("redis", marks=pytest.mark.services)], indirect=True
)
@pytest.mark.django_db
def test_redis_holds_the_events_and_limits_their_senders(buffer: Buffer) -> None:
    sender = str(uuid.uuid4())
    buffer.put("x", count=PER_ADDRESS, address="")
    address = f"2001:db8:{sender[:4]}::{sender[4:8]}"
    buffer.put("x", count=PER_ADDRESS, address=address)
    with pytest.raises(TooManyEvents) as refused:
        buffer.put("x", count=1, address=address)

    assert 0 < refused.value.retry_after <= 60
    assert len(buffer.read("", most=10)) == 2


@pytest.mark.django_db
def test_while_redis_is_away_the_database_takes_the_events(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    settings.PROMPT_EVENTS_STREAM = f"away-{uuid.uuid4()}"
    beacon = parse(a_beacon())
    buffers().put(encode(beacon), count=1, address="192.0.2.1")

    assert BufferedBeacon.objects.count() == 1
    fold_events()
    assert _total() == 1
    assert FoldMark.objects.get(buffer="table").folded_at is not None
