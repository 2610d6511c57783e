"""How many stored events a second get onto the books, in batches and one at a time."""

import statistics
import time
import uuid
from collections.abc import Mapping

from django.utils import timezone

from payments.models import Payment
from payments.webhooks.claims import BATCH, Claim, claim_events
from payments.webhooks.draining import apply, fetch
from payments.webhooks.findings import Findings
from payments.webhooks.lookup import Lookup
from payments.webhooks.models import EventState, WebhookEvent
from tests.benchmarks.databases import own_database

ROUNDS = 3

Known = Mapping[int, Findings | Exception]


def measure_draining(prepared: str, gifts: int) -> None:
    """Print events per second over copies of the database `prepared`, in which `gifts` paid gifts wait."""
    known = _fetch_everything(prepared)
    rates: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, size, found in (
            ("batches, without the fetch", BATCH, known),
            ("one at a time, without the fetch", 1, known),
            ("batches, with the fetch", BATCH, None),
            ("one at a time, with the fetch", 1, None),
        ):
            rates.setdefault(name, []).append(_drain(prepared, size, found, gifts))
    medians = {name: statistics.median(each) for name, each in rates.items()}
    print(f"{len(known)} events of {gifts} gifts, batches of {BATCH}, {ROUNDS} rounds in turn")
    print("one at a time: each event is claimed, fetched, applied and committed on its own")
    for name, rate in medians.items():
        print(f"  {name:<48}  {rate:9,.0f} events/s")
    for kind in ("without", "with"):
        ratio = medians[f"batches, {kind} the fetch"] / medians[f"one at a time, {kind} the fetch"]
        print(f"    batches {kind + ' the fetch':<40}  {ratio:9.2f} × one at a time")


def _fetch_everything(prepared: str) -> Known:
    with own_database("masthead_bench_copy", template=prepared):
        return fetch(Claim(uuid.uuid4(), list(WebhookEvent.objects.all())), Lookup())


def _drain(prepared: str, size: int, known: Known | None, gifts: int) -> float:
    with own_database("masthead_bench_copy", template=prepared):
        count = 0
        now = timezone.now()
        began = time.perf_counter()
        while (claim := claim_events(now=now, size=size)).events:
            apply(claim, known or fetch(claim, Lookup()), now=now)
            count += len(claim.events)
        rate = count / (time.perf_counter() - began)
        if Payment.objects.count() != gifts or WebhookEvent.objects.filter(
            state=EventState.PENDING
        ):
            raise RuntimeError("Not everything got onto the books.")
    return rate
