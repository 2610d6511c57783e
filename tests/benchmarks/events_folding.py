"""How many waiting events a second become hourly counts."""

import os
import secrets
import time

from django.db.models import Sum
from django.utils import timezone

from membership.models import HourlyCount
from membership.results.beacons import Beacon, Event, encode
from membership.results.buffers import RedisBuffer
from membership.results.folding import fold_batch
from tests.benchmarks.events_rate import own_stream

BEACONS = 5_000
EVENTS = 10


def measure_folding() -> None:
    """Print the rate of one task over a stream of beacons, and that nothing was lost."""
    with own_stream() as stream:
        _measure(RedisBuffer(os.environ["REDIS_URL"], stream))


def _measure(buffer: RedisBuffer) -> None:
    countries = ("GB", "US", "IE", "FR")
    for number in range(BEACONS):
        country = countries[number % 4]
        events = [
            Event(
                secrets.token_hex(8), kind, "appeal", variant, "in-article", country, "anonymous", 1
            )
            for kind in ("eligible", "seen")
            for variant in "abcde"
        ]
        buffer.put(encode(Beacon("0123456789ab", events)), count=len(events), address="")
    began = time.perf_counter()
    while fold_batch(buffer, now=timezone.now()):
        pass
    took = time.perf_counter() - began
    counted = HourlyCount.objects.aggregate(sum=Sum("count"))["sum"]
    if counted != BEACONS * EVENTS:
        raise RuntimeError(f"{counted} of {BEACONS * EVENTS} events were counted.")
    print(f"Into hourly counts, one task: {counted / took:,.0f} events/s")
