"""How recurring revenue moved: what came, went and changed, and the balances around it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.db import models

from payments.finance.measures.plan_stories import PlanStory, Standing, Turn, turns
from payments.plans.models import PlanStatus

# Stripe's reasons of an end that nobody asked for.
_INVOLUNTARY = ("payment_failed", "payment_disputed")


class MovementKind(models.TextChoices):
    """Why recurring revenue moved, in the order in which a roll-forward tells it."""

    NEW = "new", "New"  # A gift counts for the first time.
    # The same of a person who had a gift that ended, and has none that runs.
    REACTIVATION = "reactivation", "Came back"
    UPGRADE = "upgrade", "Raised"  # More a year than before, by amount or frequency.
    DOWNGRADE = "downgrade", "Lowered"  # Less a year than before.
    CHURN_VOLUNTARY = "churn_voluntary", "Stopped"  # Ended at somebody's word.
    CHURN_INVOLUNTARY = "churn_involuntary", "Failed"  # Stripe gave up: payment_failed, _disputed.
    PAUSED = "paused", "Paused"  # Collection was paused.
    RESUMED = "resumed", "Resumed"  # It is no longer.


# By how much a movement of each kind moves the number of gifts.
STEPS = {
    MovementKind.NEW: 1,
    MovementKind.REACTIVATION: 1,
    MovementKind.UPGRADE: 0,
    MovementKind.DOWNGRADE: 0,
    MovementKind.CHURN_VOLUNTARY: -1,
    MovementKind.CHURN_INVOLUNTARY: -1,
    MovementKind.PAUSED: -1,
    MovementKind.RESUMED: 1,
}


@dataclass(frozen=True, slots=True)
class Movement:
    """One gift's step: `annual` is signed, in minor units of `currency` a year."""

    at: datetime
    kind: MovementKind
    plan: str
    supporter: str | None
    currency: str
    annual: int

    @property
    def step(self) -> int:
        """By how much it moves the number of gifts."""
        return STEPS[self.kind]


@dataclass(frozen=True, slots=True)
class Stock:
    """Gifts that count, and what they come to in a year, in minor units of one currency."""

    annual: int = 0
    count: int = 0

    def moved(self, movement: Movement) -> Self:
        return type(self)(self.annual + movement.annual, self.count + movement.step)


# What the movements of each kind come to: `count` says how many they are, `annual` is signed.
Sums = dict[MovementKind, Stock]


@dataclass(slots=True)
class Roll:
    """One currency over one stretch of time: opening, movements (by time), closing.

    `kept` are the sums of movements that are known only by their sums, besides the others.
    """

    opening: Stock
    closing: Stock
    movements: list[Movement] = field(default_factory=list)
    kept: Sums = field(default_factory=dict)

    @property
    def moved(self) -> Sums:
        """All movements by kind, those of which there are none left out."""
        return summed(self.movements, self.kept)

    def take(self, kept: Sums) -> None:
        """Let movements count that are known by their sums; they take no order among the others."""
        self.kept = kept
        for kind, each in kept.items():
            self.closing = Stock(
                self.closing.annual + each.annual, self.closing.count + STEPS[kind] * each.count
            )


def summed(movements: Iterable[Movement], to: Sums | None = None) -> Sums:
    """Add movements of one currency up by kind, `to` what is there already."""
    sums = dict(to or {})
    for movement in movements:
        so_far = sums.get(movement.kind, Stock())
        sums[movement.kind] = Stock(so_far.annual + movement.annual, so_far.count + 1)
    return sums


def movements_of(story: PlanStory) -> Iterator[Movement]:
    """Yield a gift's movements, oldest first; what does not move recurring revenue is left out."""
    has_counted = False
    for turn in turns(story):
        for kind, standing, sign in _kinds(story, turn, has_counted=has_counted):
            yield Movement(
                turn.change.at, kind, story.plan, story.supporter, standing.currency, sign
            )
        has_counted = has_counted or turn.after is not None


def rolls(
    opening: Mapping[str, Stock],
    movements: Iterable[Movement],
    ends: Sequence[datetime],
    kept: Sequence[Mapping[str, Sums]] = (),
) -> list[dict[str, Roll]]:
    """Return, for each stretch of time that ends (exclusively) at one of `ends`, each currency's roll-forward.

    `movements` are none before the first stretch; later ones than the last end are left out. `kept` has the sums of
    those that are not among them, for each stretch by currency. closing = opening + Σ movements, in money and in
    count, and a stretch opens with what the one before closed with.
    """
    waiting = sorted(movements, key=lambda each: (each.at, each.plan))
    stocks = defaultdict(Stock, opening)
    position, told = 0, []
    for place, end in enumerate(ends):
        stretch = {currency: Roll(stock, stock) for currency, stock in stocks.items()}
        for currency, sums in kept[place].items() if kept else ():
            stretch.setdefault(currency, Roll(Stock(), Stock())).take(sums)
        while position < len(waiting) and waiting[position].at < end:
            movement = waiting[position]
            roll = stretch.setdefault(movement.currency, Roll(Stock(), Stock()))
            roll.movements.append(movement)
            roll.closing = roll.closing.moved(movement)
            position += 1
        stocks.update({currency: roll.closing for currency, roll in stretch.items()})
        told.append(stretch)
    return told


def _kinds(
    story: PlanStory, turn: Turn, *, has_counted: bool
) -> Iterator[tuple[MovementKind, Standing, int]]:
    before, after = turn.before, turn.after
    if before and after and before.currency == after.currency:
        change = after.annual - before.annual
        if change:
            yield MovementKind.UPGRADE if change > 0 else MovementKind.DOWNGRADE, after, change
        return
    if before:
        yield _leaving(turn, is_exchanged=after is not None), before, -before.annual
    if after:
        yield _coming(story, turn, has_counted=has_counted), after, after.annual


def _leaving(turn: Turn, *, is_exchanged: bool) -> MovementKind:
    if turn.status != PlanStatus.ENDED and not is_exchanged:
        return MovementKind.PAUSED
    was_asked_for = turn.change.is_wanted or turn.was == PlanStatus.ENDING
    if turn.change.reason in _INVOLUNTARY and not was_asked_for:
        return MovementKind.CHURN_INVOLUNTARY
    return MovementKind.CHURN_VOLUNTARY


def _coming(story: PlanStory, turn: Turn, *, has_counted: bool) -> MovementKind:
    if has_counted:
        return MovementKind.RESUMED
    at = turn.change.at
    has_ended = any(ended and ended <= at for _, ended in story.others)
    runs = any(began < at and (not ended or ended > at) for began, ended in story.others)
    return MovementKind.REACTIVATION if has_ended and not runs else MovementKind.NEW
