"""Where beacons wait to be counted: in a stream of Redis, in the database without it."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

import redis
from django.conf import settings
from django.utils import timezone

from membership.errors import TooManyEvents
from membership.results.limits import WINDOW, allowances, count_events
from membership.results.models import BufferedBeacon

logger = logging.getLogger(__name__)

_TIMEOUT = 0.5  # seconds: a page's goodbye must not wait for a Redis that is gone
_REST_AFTER_FAILURE = 15.0

# One round trip: the events are counted against each allowance, then the beacon is added. Returns 0, or in how many
# seconds the sender may come again. KEYS: the stream, the counters; ARGV: the beacon, its events, the window, and what
# each counter takes.
_ADD = """
for number = 2, #KEYS do
  local count = redis.call('INCRBY', KEYS[number], ARGV[2])
  if count == tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[number], ARGV[3]) end
  if count > tonumber(ARGV[number + 2]) then return math.max(redis.call('TTL', KEYS[number]), 1) end
end
redis.call('XADD', KEYS[1], '*', 'b', ARGV[1])
return 0
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A beacon that is not counted yet; `position` orders it within its buffer."""

    position: str
    body: str
    received_at: datetime


class Buffer(Protocol):
    """A place where beacons wait. `read` and `count_done` run in the transaction that counts, `trim` after it."""

    name: str

    def put(self, body: str, *, count: int, address: str) -> None: ...

    def read(self, after: str, *, most: int) -> list[Waiting]: ...

    def count_done(self, beacons: list[Waiting]) -> None: ...

    def trim(self, position: str) -> None: ...


class TableBuffer:
    """Rows of the database, deleted by the transaction that counts them."""

    name = "table"

    def put(self, body: str, *, count: int, address: str) -> None:
        """Keep a beacon of `count` events; raises TooManyEvents."""
        count_events(address, count)
        BufferedBeacon.objects.create(body=body, received_at=timezone.now())

    def read(self, after: str, *, most: int) -> list[Waiting]:
        """Return the oldest rows. Not by `after`: a smaller number may be committed after a larger one."""
        rows = BufferedBeacon.objects.order_by("id")[:most]
        return [Waiting(str(row.pk), row.body, row.received_at) for row in rows]

    def count_done(self, beacons: list[Waiting]) -> None:
        """Delete what was counted, in the same transaction."""
        BufferedBeacon.objects.filter(pk__in=[int(each.position) for each in beacons]).delete()

    def trim(self, position: str) -> None:
        """Nothing is left to remove."""


class RedisBuffer:
    """A stream, whose entries have ascending ids, so that a position in the database says what is counted."""

    name = "redis"

    def __init__(self, url: str, stream: str) -> None:
        self._stream = stream
        self._redis: Any = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT
        )
        self._add = self._redis.register_script(_ADD)

    def put(self, body: str, *, count: int, address: str) -> None:
        """Keep a beacon of `count` events; raises TooManyEvents, and redis.RedisError when Redis is gone."""
        limits = allowances(address)
        wait = self._add(
            keys=[self._stream, *(limit.key for limit in limits)],
            args=[body, count, WINDOW, *(limit.most for limit in limits)],
        )
        if wait:
            raise TooManyEvents(int(wait))

    def read(self, after: str, *, most: int) -> list[Waiting]:
        """Return the oldest entries after a position."""
        entries = self._redis.xrange(self._stream, min=f"({after}" if after else "-", count=most)
        return [Waiting(position, values["b"], _time_of(position)) for position, values in entries]

    def count_done(self, beacons: list[Waiting]) -> None:
        """The position that is written with the counts says it; the entries go afterwards."""

    def trim(self, position: str) -> None:
        """Remove the entries up to `position`, which are counted."""
        milliseconds, _, number = position.partition("-")
        self._redis.xtrim(
            self._stream, minid=f"{milliseconds}-{int(number) + 1}", approximate=False
        )


def _time_of(position: str) -> datetime:
    return datetime.fromtimestamp(int(position.partition("-")[0]) / 1000, tz=UTC)


class Buffers:
    """The shared buffer where there is one; the database while it does not answer."""

    def __init__(self, url: str, stream: str) -> None:
        self.table = TableBuffer()
        self.shared = RedisBuffer(url, stream) if url else None
        self._rests_until = 0.0

    def put(self, body: str, *, count: int, address: str) -> None:
        """Keep a beacon of `count` events; raises TooManyEvents."""
        if self.shared and time.monotonic() >= self._rests_until:
            try:
                self.shared.put(body, count=count, address=address)
            except redis.RedisError as error:
                # One that Redis took without saying so in time is counted once all the same, by its events' ids.
                self._rests_until = time.monotonic() + _REST_AFTER_FAILURE
                logger.warning("Redis does not take prompt events (%s): the database does.", error)
            else:
                return
        self.table.put(body, count=count, address=address)

    def all(self) -> list[Buffer]:
        """Return every buffer that may hold beacons."""
        return [self.shared, self.table] if self.shared else [self.table]


@lru_cache(maxsize=4)
def _buffers(url: str, stream: str) -> Buffers:
    return Buffers(url, stream)


def buffers() -> Buffers:
    """Return this process's buffers over `REDIS_URL`."""
    return _buffers(settings.REDIS_URL, settings.PROMPT_EVENTS_STREAM)
