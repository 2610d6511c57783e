"""What an editor is told about an experiment: one sentence that promises no more than the numbers hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from membership.results.statistics import (
    ALPHA,
    MINIMUM_GIFTS,
    MINIMUM_READERS,
    Interval,
    Sample,
    difference,
    readers_needed,
)

# The smallest relative difference that is worth waiting for.
LIFT = 0.3
# Until anybody has given, so many of a thousand readers are thought to: what appeals in articles usually reach.
_GUESSED_RATE = 0.002


class Outcome(StrEnum):
    """What can be said."""

    NOT_ENOUGH = "not_enough"  # The interval is still wider than a difference worth waiting for.
    AHEAD = "ahead"  # It excludes that the two are alike, in the other variant's favour.
    BEHIND = "behind"  # The same against it.
    ALIKE = "alike"  # There were readers enough, and no difference showed.


@dataclass(frozen=True, slots=True)
class Arm:
    """One variant's readers, how many of them gave, and what stands of their gifts in minor units of one currency.

    `squares` is the sum of each gift's square.
    """

    variant: str
    readers: int
    gifts: int
    net: int
    squares: int

    @property
    def giving(self) -> Sample:
        return Sample.of_yes(self.readers, self.gifts)

    @property
    def money(self) -> Sample:
        return Sample(self.readers, self.net, self.squares)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variant beside the first one: more gifts or more money per reader, and what follows."""

    base: str
    variant: str
    giving: Interval
    money: Interval
    outcome: Outcome
    readers: int
    needed: int

    @property
    def sentence(self) -> str:
        """The verdict in plain English."""
        if self.outcome is Outcome.NOT_ENOUGH:
            return f"Not enough yet: {self.readers:,} of about {self.needed:,} readers."
        if self.outcome is Outcome.ALIKE:
            return (
                f"No clear difference between {self.variant} and {self.base} after {self.readers:,} readers; "
                "choose either."
            )
        winner, loser = self.variant, self.base
        if self.outcome is Outcome.BEHIND:
            winner, loser = loser, winner
        figures = " and ".join(
            words
            for words, interval in (("gifts", self.giving), ("money", self.money))
            if interval.excludes_zero
        )
        return f"{winner} is ahead of {loser} in {figures}: the interval excludes no difference."


def compare(arms: Sequence[Arm]) -> list[Comparison]:
    """Compare each arm with the first one.

    The chance of error is shared among all intervals, so that it holds for everything that is said at once.
    """
    if len(arms) < 2:
        return []
    base, *others = arms
    alpha = ALPHA / (2 * len(others))
    return [_compare(base, other, alpha) for other in others]


def _compare(base: Arm, other: Arm, alpha: float) -> Comparison:
    giving = difference(base.giving, other.giving, alpha=alpha)
    money = difference(base.money, other.money, alpha=alpha)
    readers = base.readers + other.readers
    gifts = base.gifts + other.gifts
    rate = gifts / readers if gifts else _GUESSED_RATE
    # Everybody gave: what is to be seen is seen at once.
    needed = readers_needed(rate, max(rate * (1 - rate), 1e-9), lift=LIFT, alpha=alpha)
    return Comparison(
        base.variant,
        other.variant,
        giving,
        money,
        _outcome(base, other, [money, giving], is_long=readers >= needed),
        readers,
        needed,
    )


def _outcome(base: Arm, other: Arm, intervals: Sequence[Interval], *, is_long: bool) -> Outcome:
    is_small = (
        base.gifts + other.gifts < MINIMUM_GIFTS
        or min(base.readers, other.readers) < MINIMUM_READERS
    )
    if not is_small:
        # Money first: where the two disagree, it is what the newspaper lives on.
        for interval in intervals:
            if interval.excludes_zero:
                return Outcome.AHEAD if interval.estimate > 0 else Outcome.BEHIND
    return Outcome.ALIKE if is_long and not is_small else Outcome.NOT_ENOUGH
