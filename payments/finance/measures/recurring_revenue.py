"""Monthly recurring revenue as it is printed: balances and movements of a month in whole minor units that add up.

MRR = Σ what the gifts that count come to in a year ÷ 12, per currency. In one currency for all, the opening is valued
at the rate before the month and everything else at the rate of its end; FX = opening × (rate at the end - rate before),
so that opening + movements + FX = closing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from payments.finance.measures.movements import Movement, MovementKind, Roll

MONTHLY = Fraction(1, 12)

_PLACES = {kind: place for place, kind in enumerate(MovementKind)}


@dataclass(frozen=True, slots=True)
class Valued:
    """A roll-forward with what one minor unit a year of it is worth a month, before it and at its end.

    Both are exact, in minor units of the currency that is printed.
    """

    roll: Roll
    before: Fraction = MONTHLY
    at_end: Fraction = MONTHLY


@dataclass(frozen=True, slots=True)
class Revenue:
    """A month's MRR in minor units: opening + Σ moved + fx = closing. `moved` has every kind of movement."""

    opening: int
    moved: dict[MovementKind, int]
    fx: int
    closing: int


@dataclass(frozen=True, slots=True)
class Gifts:
    """How many gifts counted, and how many moved; raised and lowered ones move no balance."""

    opening: int
    moved: dict[MovementKind, int]
    closing: int


def revenue(valued: Sequence[Valued]) -> Revenue:
    """Add up roll-forwards that are printed in one currency."""
    opening = _opening(valued)
    exact = dict.fromkeys(MovementKind, Fraction(0))
    for each in valued:
        for kind, of_kind in each.roll.moved.items():
            exact[kind] += of_kind.annual * each.at_end
    fx = sum(
        (each.roll.opening.annual * (each.at_end - each.before) for each in valued), Fraction(0)
    )
    *moved, printed_fx = printed_steps(opening, [*exact.values(), fx])
    return Revenue(
        opening=round(opening),
        moved=dict(zip(MovementKind, moved, strict=True)),
        fx=printed_fx,
        closing=round(opening + sum(exact.values()) + fx),
    )


def gifts(rolls: Iterable[Roll]) -> Gifts:
    """Count the gifts of roll-forwards of different currencies."""
    told = list(rolls)
    counts: Counter[MovementKind] = Counter()
    for roll in told:
        counts.update({kind: of_kind.count for kind, of_kind in roll.moved.items()})
    return Gifts(
        opening=sum(roll.opening.count for roll in told),
        moved={kind: counts[kind] for kind in MovementKind},
        closing=sum(roll.closing.count for roll in told),
    )


def revenue_movements(valued: Sequence[Valued]) -> Sequence[tuple[Movement, int]]:
    """Return each movement with its part of MRR, by kind and then by time.

    Those of a kind add up to what `revenue` prints for it, where the roll-forwards know each of their movements.
    """
    worth = [(movement, each.at_end) for each in valued for movement in each.roll.movements]
    worth.sort(key=lambda pair: (_PLACES[pair[0].kind], pair[0].at, pair[0].plan))
    steps = printed_steps(_opening(valued), (movement.annual * unit for movement, unit in worth))
    return [(movement, step) for (movement, _), step in zip(worth, steps, strict=True)]


def printed_steps(opening: Fraction, steps: Iterable[Fraction]) -> list[int]:
    """Return each step in whole minor units so that they add up with the balances around them.

    Each is the running balance after it less the one before, both rounded (halves to even): the printed opening and
    the printed steps make the printed closing, and no figure is more than one unit away from the exact one.
    """
    balance, printed = opening, []
    for step in steps:
        printed.append(round(balance + step) - round(balance))
        balance += step
    return printed


def _opening(valued: Sequence[Valued]) -> Fraction:
    return sum((each.roll.opening.annual * each.before for each in valued), Fraction(0))
