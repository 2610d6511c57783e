"""Tiers that staff set, and the benefits that come with a tier."""

import pytest
from pytest_django import DjangoAssertNumQueries

from membership.errors import OverrideRefused
from membership.models import (
    Benefit,
    Supporter,
    TierOverride,
    TierStanding,
)
from membership.tiers.actions import (
    mark_payers_due,
    refresh_due_tiers,
    set_tier,
    withdraw_override,
)
from membership.tiers.queries import WITH_TIER, benefits_of, membership_of
from tests.factories import (
    NOON,
    SupporterFactory,
    UserFactory,
)
from tests.membership.givers import DAY
from tests.membership.tiers import changes, derive_tier_of, make_tiers, monthly_supporter, tier_of

pytestmark = pytest.mark.django_db


def test_staff_set_a_tier_until_a_day_and_may_take_it_back() -> None:
    _friend, patron = make_tiers()
    supporter, staff = SupporterFactory.create(), UserFactory.create()

    override = set_tier(
        supporter, patron, ends_at=NOON + 10 * DAY, reason="Wrote for us", by=staff, now=NOON
    )
    refresh_due_tiers(limit=9, now=NOON)
    assert tier_of(supporter) == "patron"
    assert TierStanding.objects.get().next_at == NOON + 10 * DAY
    assert withdraw_override(override.pk, now=NOON + DAY)
    assert not withdraw_override(override.pk, now=NOON + DAY)
    refresh_due_tiers(limit=9, now=NOON + DAY)
    assert tier_of(supporter) is None
    assert changes() == [("None", "Patron", "override"), ("Patron", "None", "override withdrawn")]


def test_a_tier_that_staff_set_ends_by_itself() -> None:
    _friend, patron = make_tiers()
    supporter = SupporterFactory.create()
    set_tier(
        supporter,
        patron,
        ends_at=NOON + 10 * DAY,
        reason="Thanks",
        by=UserFactory.create(),
        now=NOON,
    )
    refresh_due_tiers(limit=9, now=NOON)

    refresh_due_tiers(limit=9, now=NOON + 10 * DAY)

    assert tier_of(supporter) is None


def test_a_tier_is_not_set_into_the_past() -> None:
    _friend, patron = make_tiers()

    with pytest.raises(OverrideRefused):
        set_tier(
            SupporterFactory.create(),
            patron,
            ends_at=NOON,
            reason="",
            by=UserFactory.create(),
            now=NOON,
        )
    assert not TierOverride.objects.exists()


def test_a_retired_tier_is_earned_no_more_and_its_benefits_go_with_it() -> None:
    friend, patron = make_tiers()
    supporter, _payment = monthly_supporter(2000)
    friend.is_retired = True
    friend.save()
    derive_tier_of(supporter)

    membership = membership_of(supporter, now=NOON)
    assert membership is not None
    assert membership.tier == patron
    assert [benefit.key for benefit in benefits_of(membership.tier)] == ["patron-benefit"]


def test_a_tier_has_the_benefits_of_those_below_and_its_own_words_for_a_shared_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    _friend, patron = make_tiers()
    Benefit.objects.create(tier=patron, key="friend-benefit", text="A letter each week", position=9)
    supporter, _payment = monthly_supporter(2000)
    derive_tier_of(supporter)

    known = Supporter.objects.select_related(WITH_TIER).get()
    with django_assert_num_queries(0):
        membership = membership_of(known, now=NOON)

    assert membership is not None
    assert [(benefit.key, benefit.text) for benefit in benefits_of(membership.tier)] == [
        ("patron-benefit", "An evening in the newsroom each year"),
        ("friend-benefit", "A letter each week"),
    ]


def test_a_standing_that_is_due_is_derived_for_who_looks_at_it() -> None:
    make_tiers()
    supporter, payment = monthly_supporter()
    mark_payers_due([payment.pk], cause="payment_succeeded", now=NOON)

    membership = membership_of(supporter, now=NOON)

    assert membership is not None
    assert (membership.tier.key, membership.since) == ("friend", NOON)


def test_who_never_gave_has_no_membership() -> None:
    make_tiers()

    assert membership_of(SupporterFactory.create(), now=NOON) is None
