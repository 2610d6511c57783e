"""Whether readers were spread over the variants as the weights say, checked at every look.

A skew means that what counts readers is broken in one variant, and then no comparison can be trusted. The test is the
sequential multinomial test of M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS
2022: the Bayes factor of a Dirichlet mixture against the weights is a martingale when the weights hold, so that by
Ville's inequality it ever exceeds 1/p with probability p at most.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

ALARM_BELOW = 0.001  # the chance that a sound experiment is ever called broken


@dataclass(frozen=True, slots=True)
class RatioCheck:
    """`p` is valid at every look. `expected` and `counts` are readers by variant."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    p: float

    @property
    def is_broken(self) -> bool:
        """Whether the alarm goes off."""
        return self.p < ALARM_BELOW


def check_ratio(counts: Mapping[str, int], weights: Mapping[str, int]) -> RatioCheck:
    """Compare readers by variant with the weights that assigned them.

    A reader of a variant without weight is impossible, so one is enough for the alarm.
    """
    total = sum(counts.values())
    whole = sum(weights.values())
    shares = {name: weights.get(name, 0) / whole if whole else 0.0 for name in {*counts, *weights}}
    expected = {name: total * share for name, share in shares.items()}
    if any(counts.get(name, 0) and not share for name, share in shares.items()):
        return RatioCheck(counts, expected, 0.0)
    return RatioCheck(counts, expected, math.exp(min(-_log_bayes_factor(counts, shares), 0.0)))


def _log_bayes_factor(counts: Mapping[str, int], shares: Mapping[str, float]) -> float:
    # The mixture is centred on the weights and as wide as one made-up reader a variant.
    live = {name: share for name, share in shares.items() if share}
    prior = float(len(live))
    total = sum(counts.get(name, 0) for name in live)
    factor = math.lgamma(prior) - math.lgamma(prior + total)
    for name, share in live.items():
        count = counts.get(name, 0)
        factor += math.lgamma(prior * share + count) - math.lgamma(prior * share)
        factor -= count * math.log(share)
    return factor
