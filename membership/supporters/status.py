"""What a supporter is at one instant: the only place that knows. Pure, total, single-valued."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from membership.supporters.models import SupporterState
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.models import Frequency, PlanStatus

# How long a single gift makes a supporter.
ONE_OFF_LASTS = timedelta(days=90)

# How long nobody is asked after stopping a recurring gift.
QUIET_AFTER_CANCELLING = timedelta(days=30)

# The states in which a reader may be asked for money; everyone else is thanked, helped or left alone.
ASKABLE = frozenset({SupporterState.ANONYMOUS, SupporterState.REGISTERED, SupporterState.LAPSED})

_LONGEST_MONTH, _LONGEST_YEAR = timedelta(days=31), timedelta(days=366)

_REASONS = {
    SupporterState.PAYMENT_FAILING: "A charge of a recurring gift failed and is not settled yet.",
    SupporterState.RECURRING: "A recurring gift is being collected.",
    SupporterState.ENDING: "A recurring gift was stopped; the time paid for still runs.",
    SupporterState.PAUSED: "A recurring gift is paused.",
    SupporterState.ONE_OFF: "A single gift was given in the last 90 days.",
    SupporterState.LAPSED: "Gave before; nothing is current.",
    SupporterState.REGISTERED: "Known, and no gift stands.",
    SupporterState.ANONYMOUS: "Not known.",
}


@dataclass(frozen=True, slots=True)
class Status:
    """A state, since when, until when if time alone would change it (else None), and why.

    `lapses` says that the supporter will have lapsed then, for good: nothing has to be looked at again to know it.
    """

    state: SupporterState
    since: datetime | None
    until: datetime | None
    reason: str
    lapses: bool = False

    @property
    def is_askable(self) -> bool:
        """Whether an appeal may be shown at all; caps and quiet times come on top."""
        return self.state in ASKABLE


ANONYMOUS = Status(SupporterState.ANONYMOUS, None, None, reason=_REASONS[SupporterState.ANONYMOUS])


def derive_status(facts: GivingFacts | None, now: datetime) -> Status:
    """Return the status that `facts` give at `now`; None stands for a reader nobody knows.

    `until` is the first later instant at which the same facts give another state.
    """
    state, since = _standing(facts, now)
    later = sorted(instant for instant in _turning_points(facts) if instant > now)
    until = next((instant for instant in later if _standing(facts, instant)[0] != state), None)
    after = [instant for instant in later if until is not None and instant >= until]
    lapses = bool(after) and all(_standing(facts, at)[0] == SupporterState.LAPSED for at in after)
    return Status(state, since and min(since, now), until, reason=_REASONS[state], lapses=lapses)


def known_status(state: SupporterState, since: datetime | None, until: datetime | None) -> Status:
    """Return a status that was derived earlier and stored, on a row or in a token."""
    return Status(state, since, until, reason=_REASONS[state])


def quiet_after_cancelling(facts: GivingFacts) -> datetime | None:
    """Return the end of the quiet time after the latest cancellation, or None."""
    cancelled = [plan.cancelled_at for plan in facts.plans if plan.cancelled_at]
    return max(cancelled) + QUIET_AFTER_CANCELLING if cancelled else None


def _standing(facts: GivingFacts | None, now: datetime) -> tuple[SupporterState, datetime | None]:
    """Return the first state that something speaks for, in this order, and when the earliest of that began."""
    if facts is None:
        return SupporterState.ANONYMOUS, None
    gifts = [gift for gift in facts.gifts if gift.net > 0]
    plans = facts.plans
    began: dict[SupporterState, list[datetime | None]] = {
        SupporterState.PAYMENT_FAILING: [p.failing_since for p in plans if _is_failing(p)],
        SupporterState.RECURRING: [p.started_at for p in plans if _is_collecting(p, now)],
        SupporterState.ENDING: [p.cancelled_at for p in plans if _is_ending(p, gifts, now)],
        SupporterState.PAUSED: [None for p in plans if _is_paused(p, now)],
        SupporterState.ONE_OFF: [gift.given_at for gift in gifts if _is_current(gift, now)],
        SupporterState.LAPSED: [None for _gift in gifts],
        SupporterState.REGISTERED: [None],
    }
    state = next(state for state, beginnings in began.items() if beginnings)
    return state, min(filter(None, began[state]), default=None)


def _turning_points(facts: GivingFacts | None) -> Iterator[datetime]:
    """Yield every instant at which time alone may change the answer."""
    if facts is None:
        return
    for plan in facts.plans:
        yield from filter(None, (plan.resumes_at, plan.current_period_end_at))
    for gift in facts.gifts:
        yield gift.given_at + ONE_OFF_LASTS


def _is_failing(plan: PlanFacts) -> bool:
    # A first payment that fails is told on the page where it fails, never here: the plan is incomplete then.
    waits_for_the_payer = plan.status == PlanStatus.ACTIVE and plan.failing_since is not None
    return plan.status == PlanStatus.PAST_DUE or waits_for_the_payer


def _is_collecting(plan: PlanFacts, now: datetime) -> bool:
    # A pause with an end is over at that instant, whenever Stripe's event about it arrives.
    resumed = plan.status == PlanStatus.PAUSED and not _is_paused(plan, now)
    return plan.status == PlanStatus.ACTIVE or resumed


def _is_paused(plan: PlanFacts, now: datetime) -> bool:
    return plan.status == PlanStatus.PAUSED and (plan.resumes_at is None or plan.resumes_at > now)


def _is_ending(plan: PlanFacts, gifts: list[GiftFacts], now: datetime) -> bool:
    """Whether the plan was stopped while time that was paid for still runs."""
    if plan.status == PlanStatus.ENDING:
        return plan.current_period_end_at is None or plan.current_period_end_at > now
    if plan.status != PlanStatus.ENDED or plan.current_period_end_at is None:
        return False
    # A plan that Stripe ended because nobody paid has a running period too, and no gift in it.
    period = _LONGEST_YEAR if plan.frequency == Frequency.YEARLY else _LONGEST_MONTH
    began_at = plan.current_period_end_at - period
    was_paid = any(gift.is_recurring and gift.given_at >= began_at for gift in gifts)
    return was_paid and plan.current_period_end_at > now


def _is_current(gift: GiftFacts, now: datetime) -> bool:
    return not gift.is_recurring and gift.given_at + ONE_OFF_LASTS > now
