"""Whether readers were spread over the variants as the weights say, checked at every look.

A skew means that what counts readers is broken in one variant, and then no comparison can be trusted. The test is the
sequential multinomial test of M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS
2022: the Bayes factor of a Dirichlet mixture against the weights is a martingale when the weights hold, so that by
Ville's inequality it ever exceeds 1/p with probability p at most.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALARM_BELOW = 0.001  # the chance that a sound experiment is ever called broken


@dataclass(frozen=True, slots=True)
class Segment:
    """Readers by variant while the weights were these; weights of any sum."""

    counts: Mapping[str, int]
    weights: Mapping[str, int]

    @property
    def shares(self) -> dict[str, float]:
        """The chance of each variant that has readers or a weight."""
        whole = sum(self.weights.values())
        names = {*self.counts, *self.weights}
        return {name: self.weights.get(name, 0) / whole if whole else 0.0 for name in names}


@dataclass(frozen=True, slots=True)
class RatioCheck:
    """`p` is valid at every look. `expected` and `counts` are readers by variant, over all segments."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    p: float

    @property
    def is_broken(self) -> bool:
        """Whether the alarm goes off."""
        return self.p < ALARM_BELOW


def check_ratio(segments: Sequence[Segment]) -> RatioCheck:
    """Compare readers by variant with the weights that assigned them.

    Evidence of segments multiplies, because readers are assigned one by one. A reader of a variant without weight is
    impossible, so one is enough for the alarm.
    """
    counts: Counter[str] = Counter()
    expected: dict[str, float] = {}
    evidence = 0.0
    for segment in segments:
        counts.update(segment.counts)
        total = sum(segment.counts.values())
        for name, share in segment.shares.items():
            expected[name] = expected.get(name, 0.0) + total * share
        evidence += _log_bayes_factor(segment)
    return RatioCheck(dict(counts), expected, math.exp(min(-evidence, 0.0)))


def _log_bayes_factor(segment: Segment) -> float:
    if any(segment.counts.get(name, 0) and not share for name, share in segment.shares.items()):
        return math.inf
    # The mixture is centred on the weights and as wide as one made-up reader a variant.
    live = {name: share for name, share in segment.shares.items() if share}
    prior = float(len(live))
    if not live:
        return 0.0
    total = sum(segment.counts.values())
    factor = math.lgamma(prior) - math.lgamma(prior + total)
    for name, share in live.items():
        count = segment.counts.get(name, 0)
        factor += math.lgamma(prior * share + count) - math.lgamma(prior * share)
        factor -= count * math.log(share)
    return factor
