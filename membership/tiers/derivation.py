"""Which tier a supporter's giving earns at one instant: the only place that knows. Pure, total, single-valued.

What counts is money that settled, less refunds and what disputes took, in each currency by itself: the latest
collection of each recurring gift that runs, or the single gifts of the last twelve months, whichever is more. Amounts
are compared over a year, so that nothing is divided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.models import Frequency, PlanStatus

# For so long a single gift counts.
ROLLING = timedelta(days=365)

_TIMES_A_YEAR = {Frequency.MONTHLY: 12, Frequency.YEARLY: 1, Frequency.ONCE: 1}
# What one collection pays for, at its longest.
_PAYS_FOR = {Frequency.MONTHLY: timedelta(days=31), Frequency.YEARLY: timedelta(days=366)}

_NOTHING = timedelta(0)

BY_STAFF = "Staff set this tier until a day."
IN_GRACE = "The time paid for is over; the tier is kept for a while."
BY_GIFT = "Recurring gifts, or single gifts of the last twelve months, reach this tier."
NOT_REACHED = "What was given and stands reaches no tier."


@dataclass(frozen=True, slots=True)
class Level:
    """A tier as it is earned: `amounts` are minor units a month by currency, and a higher `rank` is the higher tier.

    `grace` is for how long it is kept while a payment fails, or after the time that was paid for.
    """

    tier_id: int
    rank: int
    grace: timedelta
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Grant:
    """A tier that staff set from one instant to another, whatever was given; the latest one that runs counts."""

    tier_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TierFacts:
    """Everything that decides a supporter's tier."""

    giving: GivingFacts
    levels: tuple[Level, ...]
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class EarnedTier:
    """A tier or None, until when if time alone would change it (else None), and why."""

    tier_id: int | None
    is_in_grace: bool
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Course:
    """What a recurring gift is worth a year, and how long: `paid_until` is None while it is being collected."""

    yearly: int
    currency: str
    paid_until: datetime | None
    has_grace: bool

    def counts(self, at: datetime, grace: timedelta) -> bool:
        if self.paid_until is None:
            return True
        return at < self.paid_until + (grace if self.has_grace else _NOTHING)


def derive_tier(facts: TierFacts, now: datetime) -> EarnedTier:
    """Return the tier that `facts` give at `now`; `until` is the first later instant at which they give another."""
    standing = _standing(facts, now)
    later = sorted(instant for instant in _turning_points(facts) if instant > now)
    until = next((instant for instant in later if _standing(facts, instant) != standing), None)
    tier_id, is_in_grace, reason = standing
    return EarnedTier(tier_id, is_in_grace, until, reason)


def _standing(facts: TierFacts, at: datetime) -> tuple[int | None, bool, str]:
    running = [grant for grant in facts.grants if grant.starts_at <= at < grant.ends_at]
    if running:
        latest = max(running, key=lambda grant: (grant.starts_at, grant.ends_at, grant.tier_id))
        return latest.tier_id, False, BY_STAFF
    for level in sorted(facts.levels, key=lambda level: level.rank, reverse=True):
        if _reaches(facts.giving, level, at, _NOTHING):
            return level.tier_id, False, BY_GIFT
        if _reaches(facts.giving, level, at, level.grace):
            return level.tier_id, True, IN_GRACE
    return None, False, NOT_REACHED


def _reaches(giving: GivingFacts, level: Level, at: datetime, grace: timedelta) -> bool:
    return any(
        max(_recurring(giving, currency, at, grace), _single(giving, currency, at)) >= monthly * 12
        for currency, monthly in level.amounts.items()
    )


def _recurring(giving: GivingFacts, currency: str, at: datetime, grace: timedelta) -> int:
    """Sum a year of the recurring gifts in one currency that count at an instant."""
    return sum(
        course.yearly
        for plan in giving.plans
        if (course := _course(plan, at))
        and course.currency == currency
        and course.counts(at, grace)
    )


def _single(giving: GivingFacts, currency: str, at: datetime) -> int:
    """Sum the single gifts of the last twelve months in one currency."""
    return sum(
        _settled(gift)
        for gift in giving.gifts
        if not gift.is_recurring and gift.currency == currency and at < gift.given_at + ROLLING
    )


def _settled(gift: GiftFacts) -> int:
    """What is ours of a gift: not what a dispute has taken, even for now."""
    return gift.net - gift.held


def _course(plan: PlanFacts, at: datetime) -> _Course | None:
    """Return what a plan's latest collection is worth and for how long; None for a plan that never collected."""
    gift = plan.collected
    if gift is None or plan.status == PlanStatus.INCOMPLETE:
        return None
    yearly = _settled(gift) * _TIMES_A_YEAR[gift.frequency]
    return _Course(yearly, gift.currency, *_paid_until(plan, gift, at))


def _paid_until(plan: PlanFacts, gift: GiftFacts, at: datetime) -> tuple[datetime | None, bool]:
    """Return until when a plan's latest collection pays, None while it goes on, and whether grace follows."""
    one_period = gift.given_at + _period(gift)
    match plan.status:
        case PlanStatus.PAUSED if plan.resumes_at is None or plan.resumes_at > at:
            return one_period, False
        case PlanStatus.ACTIVE | PlanStatus.PAUSED if plan.failing_since is None:
            return None, False
        case PlanStatus.ENDING | PlanStatus.ENDED:
            ends_at = plan.current_period_end_at
            # A plan that ended because nobody paid has a running period too, which this collection did not pay.
            was_paid = ends_at is not None and gift.given_at >= ends_at - _period(gift)
            return (ends_at if was_paid else one_period), True
        case _:
            return plan.failing_since or one_period, True


def _period(gift: GiftFacts) -> timedelta:
    return _PAYS_FOR.get(gift.frequency, _NOTHING)


def _turning_points(facts: TierFacts) -> Iterator[datetime]:
    """Yield every instant at which time alone may change the answer."""
    graces = {_NOTHING, *(level.grace for level in facts.levels)}
    for grant in facts.grants:
        yield from (grant.starts_at, grant.ends_at)
    for gift in facts.giving.gifts:
        yield gift.given_at + ROLLING
    for plan in facts.giving.plans:
        if plan.resumes_at is not None:
            yield plan.resumes_at
        for end in _ends(plan):
            yield from (end + grace for grace in graces)


def _ends(plan: PlanFacts) -> Iterator[datetime]:
    yield from filter(None, (plan.current_period_end_at, plan.failing_since))
    if plan.collected is not None:
        yield plan.collected.given_at + _period(plan.collected)
