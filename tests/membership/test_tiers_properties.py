"""What holds of tiers whatever was given, and at every instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from membership.tiers.derivation import Grant, Level, TierFacts, derive_tier
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.models import Frequency, PlanStatus

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)

instants = st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001  Hypothesis wants naive bounds
    max_value=datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
maybe = st.none() | instants
currencies = st.sampled_from(["GBP", "USD"])


@st.composite
def gifts_of(draw: st.DrawFn, *, is_recurring: bool) -> GiftFacts:
    net = draw(st.integers(0, 30_000))
    recurs = st.sampled_from([Frequency.MONTHLY, Frequency.YEARLY])
    return GiftFacts(
        given_at=draw(instants),
        net=net,
        currency=draw(currencies),
        is_recurring=is_recurring,
        held=draw(st.integers(0, net)),
        frequency=draw(recurs) if is_recurring else Frequency.ONCE,
    )


plans = st.builds(
    PlanFacts,
    status=st.sampled_from(PlanStatus),
    frequency=st.sampled_from([Frequency.MONTHLY, Frequency.YEARLY]),
    started_at=maybe,
    current_period_end_at=maybe,
    cancelled_at=maybe,
    ended_at=maybe,
    resumes_at=maybe,
    failing_since=maybe,
    collected=st.none() | gifts_of(is_recurring=True),
)
levels = st.lists(
    st.builds(
        Level,
        tier_id=st.integers(1, 5),
        rank=st.integers(1, 50),
        grace=st.integers(0, 60).map(lambda days: timedelta(days=days)),
        amounts=st.dictionaries(currencies, st.integers(1, 3000)),
    ),
    max_size=3,
    unique_by=(lambda each: each.tier_id, lambda each: each.rank),
).map(tuple)


@st.composite
def grants_of(draw: st.DrawFn) -> Grant:
    starts_at = draw(instants)
    return Grant(draw(st.integers(1, 5)), starts_at, starts_at + draw(st.integers(1, 100)) * DAY)


all_facts = st.builds(
    TierFacts,
    giving=st.builds(
        GivingFacts,
        plans=st.lists(plans, max_size=3).map(tuple),
        gifts=st.lists(gifts_of(is_recurring=False), max_size=4).map(tuple),
    ),
    levels=levels,
    grants=st.lists(grants_of(), max_size=2).map(tuple),
)


@given(facts=all_facts, now=instants)
def test_every_supporter_has_one_tier_or_none_at_every_instant(
    facts: TierFacts, now: datetime
) -> None:
    earned = derive_tier(facts, now)

    known = {each.tier_id for each in (*facts.levels, *facts.grants)}
    assert earned.tier_id is None or earned.tier_id in known
    assert earned == derive_tier(facts, now)


@given(facts=all_facts, now=instants, order=st.randoms())
def test_the_order_of_the_facts_does_not_matter(
    facts: TierFacts, now: datetime, order: object
) -> None:
    parts = (facts.giving.plans, facts.giving.gifts, facts.levels, facts.grants)
    shuffled = []
    for part in parts:
        rows = list(part)
        order.shuffle(rows)  # type: ignore[attr-defined]
        shuffled.append(tuple(rows))

    other = TierFacts(GivingFacts(shuffled[0], shuffled[1]), shuffled[2], shuffled[3])
    assert derive_tier(other, now) == derive_tier(facts, now)


@given(facts=all_facts, now=instants, share=st.floats(0, 1, exclude_max=True))
def test_until_is_the_instant_at_which_time_alone_changes_the_tier(
    facts: TierFacts, now: datetime, share: float
) -> None:
    def standing(at: datetime) -> tuple[int | None, bool, str]:
        earned = derive_tier(facts, at)
        return earned.tier_id, earned.is_in_grace, earned.reason

    until = derive_tier(facts, now).until
    horizon = until or datetime(2030, 1, 1, tzinfo=UTC)
    between = now + (horizon - now) * share

    assert horizon > now
    assert standing(min(between, horizon - INSTANT)) == standing(now)
    if until is not None:
        assert standing(until) != standing(now)


@given(facts=all_facts, now=instants)
def test_money_that_went_back_leaves_no_trace(facts: TierFacts, now: datetime) -> None:
    standing = tuple(gift for gift in facts.giving.gifts if gift.net > gift.held)
    less = replace(facts, giving=GivingFacts(facts.giving.plans, standing))

    assert derive_tier(less, now).tier_id == derive_tier(facts, now).tier_id


@given(facts=all_facts, now=instants, more=gifts_of(is_recurring=False))
def test_another_gift_never_lowers_a_tier(facts: TierFacts, now: datetime, more: GiftFacts) -> None:
    ranks = {each.tier_id: each.rank for each in facts.levels}
    earned = replace(facts, grants=())
    giving = replace(facts.giving, gifts=(*facts.giving.gifts, more))

    def rank(of: TierFacts) -> int:
        return ranks.get(derive_tier(of, now).tier_id or 0, 0)

    assert rank(replace(earned, giving=giving)) >= rank(earned)
