"""Supporter status: derived from facts, total, single-valued, and honest about when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from membership.supporters.models import SupporterState as State
from membership.supporters.status import (
    ONE_OFF_LASTS,
    Status,
    derive_status,
    quiet_after_cancelling,
)
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.models import Frequency, PlanStatus

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def plan(status: PlanStatus, **times: datetime | None) -> PlanFacts:
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
    return PlanFacts(status=status, frequency=Frequency.MONTHLY, **{**blank, **times})


def gift(days_ago: float = 1, net: int = 500, *, is_recurring: bool = False) -> GiftFacts:
    return GiftFacts(NOW - days_ago * DAY, net, "GBP", is_recurring)


def derive(*facts: PlanFacts | GiftFacts, now: datetime = NOW) -> Status:
    plans = tuple(fact for fact in facts if isinstance(fact, PlanFacts))
    gifts = tuple(fact for fact in facts if isinstance(fact, GiftFacts))
    return derive_status(GivingFacts(plans=plans, gifts=gifts), now)


ACTIVE = plan(PlanStatus.ACTIVE, started_at=NOW - 40 * DAY, current_period_end_at=NOW + 10 * DAY)
PAST_DUE = plan(PlanStatus.PAST_DUE, failing_since=NOW - 2 * DAY)
ENDING = plan(PlanStatus.ENDING, cancelled_at=NOW - DAY, current_period_end_at=NOW + 20 * DAY)
PAUSED = plan(PlanStatus.PAUSED, resumes_at=NOW + 5 * DAY)
STOPPED_AT_ONCE = plan(
    PlanStatus.ENDED, cancelled_at=NOW - DAY, current_period_end_at=NOW + 20 * DAY
)
ENDED_UNPAID = plan(PlanStatus.ENDED, cancelled_at=NOW - DAY, current_period_end_at=NOW + 10 * DAY)
MONTHLY_GIFT = gift(10, is_recurring=True)

CASES = {
    "nothing given": ((), State.REGISTERED, None),
    "a refunded gift does not count as given": ((gift(net=0),), State.REGISTERED, None),
    "a gift today": ((gift(0),), State.ONE_OFF, NOW + 90 * DAY),
    "the latest single gift counts": ((gift(80), gift(3)), State.ONE_OFF, NOW + 87 * DAY),
    "a gift of 90 days ago": ((gift(90),), State.LAPSED, None),
    "a plan that collects": ((ACTIVE, MONTHLY_GIFT), State.RECURRING, None),
    "an incomplete plan is no gift": ((plan(PlanStatus.INCOMPLETE),), State.REGISTERED, None),
    "a first charge that fails is told on its page": (
        (plan(PlanStatus.INCOMPLETE, failing_since=NOW - DAY),),
        State.REGISTERED,
        None,
    ),
    "past due": ((PAST_DUE, MONTHLY_GIFT), State.PAYMENT_FAILING, None),
    "past due beside a plan that collects": ((ACTIVE, PAST_DUE), State.PAYMENT_FAILING, None),
    "waiting for the payer's bank": (
        (plan(PlanStatus.ACTIVE, failing_since=NOW - DAY),),
        State.PAYMENT_FAILING,
        None,
    ),
    "cancelled, paid period running": ((ENDING, MONTHLY_GIFT), State.ENDING, NOW + 20 * DAY),
    "stopped at once, paid period running": (
        (STOPPED_AT_ONCE, MONTHLY_GIFT),
        State.ENDING,
        NOW + 20 * DAY,
    ),
    "stopped at once and refunded": (
        (STOPPED_AT_ONCE, gift(10, 0, is_recurring=True)),
        State.REGISTERED,
        None,
    ),
    "ended because nobody paid": ((ENDED_UNPAID, gift(50, is_recurring=True)), State.LAPSED, None),
    "cancelled long ago": (
        (plan(PlanStatus.ENDED, current_period_end_at=NOW), MONTHLY_GIFT),
        State.LAPSED,
        None,
    ),
    "one plan ending while another collects": ((ENDING, ACTIVE), State.RECURRING, None),
    "paused with an end": ((PAUSED, MONTHLY_GIFT), State.PAUSED, NOW + 5 * DAY),
    "paused without an end": ((plan(PlanStatus.PAUSED), MONTHLY_GIFT), State.PAUSED, None),
    "paused until now": ((plan(PlanStatus.PAUSED, resumes_at=NOW),), State.RECURRING, None),
    "ending outranks paused": ((PAUSED, ENDING), State.ENDING, NOW + 5 * DAY),
    "paused outranks a single gift": ((PAUSED, gift(1)), State.PAUSED, NOW + 5 * DAY),
    "a collection of a plan is no single gift": ((MONTHLY_GIFT,), State.LAPSED, None),
}


@pytest.mark.parametrize(("facts", "state", "until"), CASES.values(), ids=CASES.keys())
def test_state_and_its_end_follow_from_the_facts(
    facts: tuple[PlanFacts | GiftFacts, ...], state: State, until: datetime | None
) -> None:
    status = derive(*facts)

    assert (status.state, status.until) == (state, until)


def test_a_reader_nobody_knows_is_anonymous() -> None:
    assert derive_status(None, NOW).state == State.ANONYMOUS


def test_since_tells_when_the_state_began() -> None:
    assert derive(PAST_DUE).since == NOW - 2 * DAY
    assert derive(ACTIVE).since == NOW - 40 * DAY
    assert derive(ENDING).since == NOW - DAY
    assert derive(gift(80), gift(3)).since == NOW - 80 * DAY


def test_quiet_lasts_thirty_days_after_the_latest_cancellation() -> None:
    earlier = plan(PlanStatus.ENDED, cancelled_at=NOW - 9 * DAY)

    assert quiet_after_cancelling(GivingFacts((earlier, ENDING), ())) == NOW + 29 * DAY
    assert quiet_after_cancelling(GivingFacts((ACTIVE,), ())) is None


instants = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001  Hypothesis wants naive bounds
    max_value=datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
maybe = st.none() | instants
plans = st.builds(
    PlanFacts,
    status=st.sampled_from(PlanStatus),
    frequency=st.sampled_from(Frequency),
    started_at=maybe,
    current_period_end_at=maybe,
    cancelled_at=maybe,
    ended_at=maybe,
    resumes_at=maybe,
    failing_since=maybe,
)
gifts = st.builds(
    GiftFacts,
    given_at=instants,
    net=st.integers(0, 100_000),
    currency=st.sampled_from(["GBP", "USD"]),
    is_recurring=st.booleans(),
)
all_facts = st.builds(
    GivingFacts,
    plans=st.lists(plans, max_size=4).map(tuple),
    gifts=st.lists(gifts, max_size=6).map(tuple),
)


@given(facts=st.none() | all_facts, now=instants)
def test_every_reader_has_exactly_one_state_at_every_instant(
    facts: GivingFacts | None, now: datetime
) -> None:
    status = derive_status(facts, now)

    assert status.state in State
    assert status == derive_status(facts, now)
    assert (facts is None) == (status.state == State.ANONYMOUS)
    assert status.since is None or status.since <= now


@given(facts=all_facts, now=instants, share=st.floats(0, 1, exclude_max=True))
def test_until_is_the_instant_at_which_time_alone_changes_the_state(
    facts: GivingFacts, now: datetime, share: float
) -> None:
    status = derive_status(facts, now)
    horizon = status.until or datetime(2029, 1, 1, tzinfo=UTC)
    between = now + (horizon - now) * share

    assert horizon > now
    assert derive_status(facts, min(between, horizon - INSTANT)).state == status.state
    assert derive_status(facts, horizon - INSTANT).state == status.state
    if status.until is not None:
        assert derive_status(facts, status.until).state != status.state


@given(facts=all_facts, now=instants, days=st.floats(0, 2000))
def test_who_is_said_to_lapse_has_lapsed_from_then_on(
    facts: GivingFacts, now: datetime, days: float
) -> None:
    status = derive_status(facts, now)

    if status.lapses:
        assert status.until is not None
        assert derive_status(facts, status.until + days * DAY).state == State.LAPSED


@given(facts=all_facts, now=instants, order=st.randoms())
def test_the_order_of_the_facts_does_not_matter(
    facts: GivingFacts, now: datetime, order: object
) -> None:
    shuffled_plans, shuffled_gifts = list(facts.plans), list(facts.gifts)
    order.shuffle(shuffled_plans)  # type: ignore[attr-defined]
    order.shuffle(shuffled_gifts)  # type: ignore[attr-defined]

    shuffled = GivingFacts(plans=tuple(shuffled_plans), gifts=tuple(shuffled_gifts))
    assert derive_status(shuffled, now) == derive_status(facts, now)


@given(facts=all_facts, now=instants)
@settings(max_examples=200)
def test_whoever_gives_at_this_moment_may_not_be_asked(facts: GivingFacts, now: datetime) -> None:
    collects = any(plan.status in {PlanStatus.ACTIVE, PlanStatus.PAST_DUE} for plan in facts.plans)
    gave_lately = any(
        gift.net > 0 and not gift.is_recurring and gift.given_at + ONE_OFF_LASTS > now
        for gift in facts.gifts
    )

    if collects or gave_lately:
        assert not derive_status(facts, now).is_askable


@given(facts=all_facts, now=instants)
def test_refunded_gifts_leave_no_trace_in_the_status(facts: GivingFacts, now: datetime) -> None:
    standing = tuple(gift for gift in facts.gifts if gift.net > 0)

    assert derive_status(GivingFacts(facts.plans, standing), now) == derive_status(facts, now)
