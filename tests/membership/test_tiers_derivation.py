"""Which tier giving earns: net and settled money only, each currency by itself, and honest about when it ends."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from membership.tiers.derivation import (
    BY_STAFF,
    EarnedTier,
    Grant,
    Level,
    TierFacts,
    derive_tier,
)
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.models import Frequency, PlanStatus

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)

FRIEND, PATRON = 1, 2


def level(tier_id: int, grace_days: int, **amounts: int) -> Level:
    return Level(tier_id, rank=tier_id, grace=grace_days * DAY, amounts=amounts)


LEVELS = (level(FRIEND, 30, GBP=500, USD=700), level(PATRON, 10, GBP=2000, USD=2500))


def once(days_ago: float = 1, net: int = 6000, currency: str = "GBP", held: int = 0) -> GiftFacts:
    return GiftFacts(NOW - days_ago * DAY, net, currency, is_recurring=False, held=held)


def collection(
    days_ago: float = 10,
    net: int = 500,
    currency: str = "GBP",
    *,
    frequency: Frequency = Frequency.MONTHLY,
    held: int = 0,
) -> GiftFacts:
    return GiftFacts(NOW - days_ago * DAY, net, currency, True, held, frequency)


def plan(
    collected: GiftFacts | None, status: PlanStatus = PlanStatus.ACTIVE, **times: datetime | None
) -> PlanFacts:
    blank = dict.fromkeys(
        (
            "started_at",
            "current_period_end_at",
            "cancelled_at",
            "ended_at",
            "resumes_at",
            "failing_since",
        )
    )
    # What the plan itself says of its frequency does not count: it is that of the next collection.
    return PlanFacts(
        status=status, frequency=Frequency.MONTHLY, **{**blank, **times}, collected=collected
    )


def derive(
    *facts: PlanFacts | GiftFacts | Grant, levels: tuple[Level, ...] = LEVELS, now: datetime = NOW
) -> EarnedTier:
    plans = tuple(fact for fact in facts if isinstance(fact, PlanFacts))
    gifts = tuple(fact for fact in facts if isinstance(fact, GiftFacts))
    grants = tuple(fact for fact in facts if isinstance(fact, Grant))
    return derive_tier(TierFacts(GivingFacts(plans, gifts), levels, grants), now)


YEARLY = {"frequency": Frequency.YEARLY}
CASES: Mapping[str, tuple[tuple[PlanFacts | GiftFacts | Grant, ...], int | None, object]] = {
    "nothing given": ((), None, None),
    "a monthly gift at the threshold": ((plan(collection()),), FRIEND, None),
    "a penny below it": ((plan(collection(net=499)),), None, None),
    "a monthly gift of the higher tier": ((plan(collection(net=2000)),), PATRON, None),
    "a yearly gift is a twelfth a month": ((plan(collection(net=6000, **YEARLY)),), FRIEND, None),
    "a yearly gift a penny below": ((plan(collection(net=5999, **YEARLY)),), None, None),
    "another currency has its own threshold": ((plan(collection(currency="USD")),), None, None),
    "a currency without a threshold": ((plan(collection(net=9000, currency="JPY")),), None, None),
    "currencies are not added up": (
        (plan(collection(net=300)), once(net=6000, currency="USD")),
        None,
        None,
    ),
    "the highest over the currencies": (
        (plan(collection(net=500)), plan(collection(net=2500, currency="USD"))),
        PATRON,
        None,
    ),
    "two recurring gifts add up": (
        (plan(collection(net=250)), plan(collection(net=250))),
        FRIEND,
        None,
    ),
    "single gifts of twelve months": ((once(364), once(3, 100)), FRIEND, NOW + DAY),
    "a single gift of 365 days ago": ((once(365),), None, None),
    "single gifts add up until the first is too old": (
        (once(300, 3000), once(10, 3000)),
        FRIEND,
        NOW + 65 * DAY,
    ),
    "single and recurring gifts do not add up": (
        (plan(collection(net=250)), once(5, 3000)),
        None,
        None,
    ),
    "whichever is higher": ((plan(collection(net=500)), once(5, 24_000)), PATRON, NOW + 360 * DAY),
    "a refunded collection": ((plan(collection(net=0)),), None, None),
    "a collection that a dispute holds": ((plan(collection(held=500)),), None, None),
    "a refunded single gift": ((once(net=0),), None, None),
    "a part that is held": ((once(net=8000, held=2000),), FRIEND, NOW + 364 * DAY),
    "a first payment that failed": ((plan(None, PlanStatus.INCOMPLETE),), None, None),
    "an incomplete plan": ((plan(collection(), PlanStatus.INCOMPLETE),), None, None),
    "failing within grace": (
        (plan(collection(35), PlanStatus.PAST_DUE, failing_since=NOW - 4 * DAY),),
        FRIEND,
        NOW + 26 * DAY,
    ),
    "failing, before Stripe's word on the subscription": (
        (plan(collection(35), failing_since=NOW - 4 * DAY),),
        FRIEND,
        NOW + 26 * DAY,
    ),
    "failing beyond grace": (
        (plan(collection(62), PlanStatus.PAST_DUE, failing_since=NOW - 30 * DAY),),
        None,
        None,
    ),
    "the lower tier's grace is longer": (
        (plan(collection(45, 2000), PlanStatus.PAST_DUE, failing_since=NOW - 14 * DAY),),
        FRIEND,
        NOW + 16 * DAY,
    ),
    "ending: paid until its end": (
        (plan(collection(), PlanStatus.ENDING, current_period_end_at=NOW + 20 * DAY),),
        FRIEND,
        NOW + 20 * DAY,
    ),
    "ended, grace after what was paid for": (
        (plan(collection(30), PlanStatus.ENDED, current_period_end_at=NOW - DAY),),
        FRIEND,
        NOW + 29 * DAY,
    ),
    "ended because nobody paid: grace since then": (
        (plan(collection(50), PlanStatus.ENDED, current_period_end_at=NOW + 11 * DAY),),
        FRIEND,
        NOW + 11 * DAY,
    ),
    "ended and over": (
        (plan(collection(90), PlanStatus.ENDED, current_period_end_at=NOW - 60 * DAY),),
        None,
        None,
    ),
    "stopped at once and refunded": (
        (plan(collection(net=0), PlanStatus.ENDED, current_period_end_at=NOW + 20 * DAY),),
        None,
        None,
    ),
    "paused within what was paid for": (
        (plan(collection(10), PlanStatus.PAUSED),),
        FRIEND,
        NOW + 21 * DAY,
    ),
    "paused beyond it": ((plan(collection(40), PlanStatus.PAUSED),), None, None),
    "a pause that is over": (
        (plan(collection(40), PlanStatus.PAUSED, resumes_at=NOW),),
        FRIEND,
        None,
    ),
    "set by staff": ((Grant(PATRON, NOW - DAY, NOW + 9 * DAY),), PATRON, NOW + 9 * DAY),
    "set by staff below what is earned": (
        (plan(collection(net=2000)), Grant(FRIEND, NOW - DAY, NOW + DAY)),
        FRIEND,
        NOW + DAY,
    ),
    "the latest of two": (
        (Grant(PATRON, NOW - 2 * DAY, NOW + 9 * DAY), Grant(FRIEND, NOW - DAY, NOW + DAY)),
        FRIEND,
        NOW + DAY,
    ),
    "one that is over": ((Grant(PATRON, NOW - 2 * DAY, NOW),), None, None),
    "one that is to come": ((Grant(PATRON, NOW + DAY, NOW + 2 * DAY),), None, NOW + DAY),
}


@pytest.mark.parametrize(("facts", "tier", "until"), CASES.values(), ids=CASES.keys())
def test_the_tier_and_its_end_follow_from_what_was_given(
    facts: tuple[PlanFacts | GiftFacts | Grant, ...], tier: int | None, until: datetime | None
) -> None:
    earned = derive(*facts)

    assert (earned.tier_id, earned.until) == (tier, until)


def test_grace_is_told_apart() -> None:
    failing = plan(collection(35), PlanStatus.PAST_DUE, failing_since=NOW - 4 * DAY)

    assert derive(failing).is_in_grace
    assert not derive(plan(collection())).is_in_grace
    assert not derive(failing, once()).is_in_grace


def test_staffs_word_is_the_reason() -> None:
    assert derive(Grant(PATRON, NOW - DAY, NOW + DAY)).reason == BY_STAFF


def test_without_tiers_nobody_has_one() -> None:
    assert derive(plan(collection()), once(), levels=()).tier_id is None
