"""How long a simulation of a million page views takes: a draft and a live bundle of forty campaigns, on two processes.

`SIMULATION_VIEWS` sets how many. The ratio compares the index with deciding every campaign by every filter.
"""

import os
import resource
import sys
import time

from membership.prompts.rules.bundle import Bundle, parse_bundle
from membership.prompts.rules.context import Context
from membership.prompts.rules.decision import decide_page
from membership.prompts.rules.index import Index
from membership.prompts.rules.mix import mix_for
from membership.prompts.rules.replay import Memory
from membership.prompts.rules.sampling import sample_reader
from membership.prompts.rules.simulation import Sample, simulate
from tests.vectors.building import NOW
from tests.vectors.newspaper import forty_campaigns

VIEWS = int(os.environ.get("SIMULATION_VIEWS", "1000000"))


def main() -> int:
    live = parse_bundle(forty_campaigns())
    draft = parse_bundle(forty_campaigns(budget={"asks": 3, "days": 7, "quiet": [22, 7]}))
    began = time.perf_counter()
    result = simulate(draft, live, Sample(NOW, views=VIEWS), workers=2)
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    tally = result.draft
    print(f"{tally.views:,} page views of {tally.readers:,} readers, through draft and live")
    print(f"{took:.1f} s on two processes, {2 * tally.views / took:,.0f} decisions/s")
    print(f"{used.ru_utime + used.ru_stime:.1f} s of processor time: half of it on two idle cores")
    print(
        f"draft: {sum(tally.impressions.values()):,} impressions, {sum(tally.held.values()):,} held out,"
        f" {result.changed_views:,} views changed, {len(result.starved)} campaigns starved"
    )
    plain, indexed = _rates(draft)
    print(
        f"one decision: {1e6 / indexed:.1f} µs by the index, {1e6 / plain:.1f} µs by all filters"
        f" ({indexed / plain:.1f} times)"
    )
    return 0


def _rates(bundle: Bundle) -> tuple[float, float]:
    """Return decisions a second of `decide_page` and of the index, on the same page views without history."""
    mix = mix_for(bundle)
    contexts = []
    for number in range(1_000):
        reader = sample_reader(mix, seed=5, number=number, start=bundle.at)
        visit = reader.visits[0]
        history = Memory(reader).open(visit.now)
        contexts.append(
            Context(visit.now, reader.tz, reader.seed, visit.page, visit.reader, history)
        )
    index = Index(bundle)
    rates = []
    for decide in (lambda context: decide_page(bundle, context), index.decide):
        began = time.perf_counter()
        for context in contexts:
            decide(context)
        rates.append(len(contexts) / (time.perf_counter() - began))
    return rates[0], rates[1]


if __name__ == "__main__":
    sys.exit(main())
