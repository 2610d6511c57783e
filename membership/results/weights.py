"""Weights for the next readers by what earlier ones gave: Thompson sampling on net revenue per reader.

A variant's next weight is the chance that it is the best, by the draws of its posterior: W. R. Thompson, "On the
likelihood that one unknown probability exceeds another", Biometrika 25 (1933); D. Russo et al., "A tutorial on Thompson
sampling", Foundations and Trends in Machine Learning 11 (2018). Who already has a variant keeps it (the browser's
`arms`), so a change of weights moves only new readers.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from membership.results.verdicts import Arm

WHOLE = 10_000  # what the weights of a campaign add up to
# Every variant keeps at least this, so that one with bad luck at first can still show itself.
FLOOR = 500
_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """`chances` says how often each variant was best, `weights` what it should get; both in parts of WHOLE."""

    chances: Mapping[str, int]
    weights: Mapping[str, int]


def propose_weights(arms: Sequence[Arm], seed: str) -> Proposal:
    """Return weights for the arms; the same arms and seed give the same ones.

    An arm without readers, or all of them without gifts, is as good as any: it draws from the prior.
    Raises ValueError without arms, or with more of them than have room for the floor.
    """
    if not 1 <= len(arms) <= WHOLE // FLOOR // 2:
        raise ValueError("Weights are for 1 to 10 variants.")
    chance = random.Random(seed)  # noqa: S311  a published seed makes the proposal repeatable
    typical = _typical_gift(arms)
    wins = dict.fromkeys((arm.variant for arm in arms), 0)
    for _ in range(_DRAWS):
        best = max(arms, key=lambda arm: _draw(arm, typical, chance))
        wins[best.variant] += 1
    chances = _parts({name: float(won) for name, won in wins.items()}, WHOLE)
    free = WHOLE - FLOOR * len(arms)
    shares = _parts({name: float(won) for name, won in wins.items()}, free)
    return Proposal(chances, {name: FLOOR + share for name, share in shares.items()})


def _typical_gift(arms: Sequence[Arm]) -> float:
    """Return what a gift comes to over all arms, in minor units, and 1 before the first one."""
    gifts = sum(arm.gifts for arm in arms)
    return max(sum(arm.net for arm in arms) / gifts, 1.0) if gifts else 1.0


def _draw(arm: Arm, typical: float, chance: random.Random) -> float:
    """Draw the revenue of a reader: how many give (Beta) times what they give (inverse gamma), each with one made-up
    reader or gift of the usual size as its prior.
    """
    gifts = min(max(arm.gifts, 0), arm.readers)
    rate = chance.betavariate(1 + gifts, 1 + arm.readers - gifts)
    shape = 2.0 + gifts
    scale = typical + max(arm.net, 0)
    return rate * scale / chance.gammavariate(shape, 1.0)


def _parts(shares: Mapping[str, float], whole: int) -> dict[str, int]:
    """Divide `whole` in proportion by largest remainder, so that it adds up exactly."""
    total = sum(shares.values())
    exact = {name: share * whole / total for name, share in shares.items()}
    parts = {name: int(value) for name, value in exact.items()}
    left = whole - sum(parts.values())
    for name in sorted(exact, key=lambda name: parts[name] - exact[name])[:left]:
        parts[name] += 1
    return parts
