"""What the numbers of two variants allow to be said, however often somebody looks at them.

Readers are the unit: each was shown one variant, and gave nothing or something. A confidence sequence covers the truth
at all times at once, so an experiment may be looked at every day and stopped at any look; a classical interval that is
looked at daily for two months excludes the truth in about a third of all experiments.

The method is the asymptotic confidence sequence with Robbins' normal mixture: I. Waudby-Smith, D. Arbour, R. Sinha,
E. H. Kennedy, A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics
52 (2024), theorem 2.2 and the choice of rho in section 2; H. Robbins, "Statistical methods related to the law of the
iterated logarithm", Annals of Mathematical Statistics 41 (1970). Asymptotic means that a few gifts are too few: see
`MINIMUM_GIFTS`.
"""

import math
from dataclasses import dataclass
from typing import Self

ALPHA = (
    0.05  # the chance of ever excluding the truth, for all comparisons of an experiment together
)
# Below these the normal approximation does not hold yet, and nothing is said of who is ahead.
MINIMUM_GIFTS = 50  # of both variants together
MINIMUM_READERS = 500  # of each

# The sequence is narrowest around so many readers of both variants. Any number is valid.
_NARROWEST_AT = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What the readers of one variant did. `total` and `squares` sum a figure and its square over all of them.

    For gifts the figure is 1 for who gave; for money it is what stands of the gift, in minor units.
    """

    readers: int
    total: float
    squares: float

    @classmethod
    def of_yes(cls, readers: int, count: int) -> Self:
        """A sample in which `count` of the readers did it, and the others did not."""
        return cls(readers, count, count)

    @property
    def mean(self) -> float:
        """Per reader; 0 where there are none."""
        return self.total / self.readers if self.readers else 0.0

    @property
    def variance(self) -> float:
        """Of one reader's figure."""
        if not self.readers:
            return 0.0
        return max(self.squares / self.readers - self.mean**2, 0.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference with its bounds, in the figure's unit per reader."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the two differ, as far as the chance of error goes."""
        return self.low > 0 or self.high < 0


def difference(base: Sample, other: Sample, *, alpha: float = ALPHA) -> Interval:
    """Return how much more the figure is per reader of `other` than of `base`.

    The bounds hold at all times at once with probability 1 - alpha. Without readers on a side nothing is excluded.
    """
    estimate = other.mean - base.mean
    if not base.readers or not other.readers:
        return Interval(estimate, -math.inf, math.inf)
    readers = base.readers + other.readers
    # One reader's contribution to the difference of means, were the two assigned in these proportions.
    variance = readers * (base.variance / base.readers + other.variance / other.readers)
    margin = math.sqrt(variance) * _boundary(readers, alpha)
    return Interval(estimate, estimate - margin, estimate + margin)


def readers_needed(mean: float, variance: float, *, lift: float, alpha: float = ALPHA) -> int:
    """Return about how many readers of two equal variants it takes until a relative `lift` of `mean` can show.

    That is where the margin of `difference` is as wide as the lift.
    """
    if mean <= 0 or variance <= 0 or lift <= 0:
        raise ValueError("Nothing is needed to see a difference of nothing.")
    target = mean * lift / math.sqrt(4 * variance)
    low, high = 1, 2
    while _boundary(high, alpha) > target:
        low, high = high, high * 2
    while high - low > max(1, high // 1000):
        middle = (low + high) // 2
        low, high = (middle, high) if _boundary(middle, alpha) > target else (low, middle)
    return high


def _boundary(readers: int, alpha: float) -> float:
    """Return the margin of a mean of unit variance, for every number of readers at once."""
    rho = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / _NARROWEST_AT
    spread = readers * rho + 1
    return math.sqrt(2 * spread / (readers**2 * rho) * math.log(math.sqrt(spread) / alpha))
