"""Tenure, band and invitation: what an article may know of a supporter's giving."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.letters.actions import write_letter
from membership.models import SupporterState
from membership.supporters.standing import standing_of
from membership.supporters.status import derive_status, known_status
from membership.supporters.traits import band_of, may_be_invited, tenure_of
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.models import Frequency, PlanStatus, RecurringPlan
from tests.factories import NOON
from tests.membership.givers import recurring_payment, signed_in_giver

DAY = timedelta(days=1)
_BANDS = ("small", "middle", "large")


def gift(
    days: int = 0, net: int = 1000, currency: str = "GBP", frequency: str = "once"
) -> GiftFacts:
    """A gift of so many days ago."""
    return GiftFacts(
        given_at=NOON - days * DAY,
        net=net,
        currency=currency,
        is_recurring=frequency != "once",
        frequency=Frequency(frequency),
    )


def plan(days: int, frequency: str = "monthly", status: str = "active") -> PlanFacts:
    """A recurring gift that began so many days ago."""
    return PlanFacts(
        status=PlanStatus(status),
        frequency=Frequency(frequency),
        started_at=NOON - days * DAY,
        current_period_end_at=NOON + DAY,
        cancelled_at=None,
        ended_at=None,
        resumes_at=None,
        failing_since=None,
    )


def facts(*gifts: GiftFacts, plans: tuple[PlanFacts, ...] = ()) -> GivingFacts:
    return GivingFacts(plans=plans, gifts=gifts)


@pytest.mark.parametrize(
    ("days", "tenure"),
    [(0, "new"), (364, "new"), (365, "settled"), (1094, "settled"), (1095, "long")],
)
def test_tenure_runs_from_the_first_gift_that_stands(days: int, tenure: str) -> None:
    refunded = gift(5000, net=0)

    assert tenure_of(facts(refunded, gift(days), gift(0)), NOON) == tenure
    assert tenure_of(facts(refunded), NOON) == ""


@pytest.mark.parametrize(
    ("net", "currency", "frequency", "band"),
    [
        (1999, "GBP", "once", "small"),
        (2000, "GBP", "once", "middle"),
        (7500, "EUR", "once", "large"),
        (499, "USD", "monthly", "small"),
        (500, "USD", "monthly", "middle"),
        (1500, "USD", "monthly", "large"),
        (5999, "GBP", "yearly", "small"),
        (6000, "GBP", "yearly", "middle"),
        (18_000, "GBP", "yearly", "large"),
        (499, "JPY", "monthly", "small"),
        (500, "JPY", "monthly", "middle"),
        (7499, "JPY", "once", "middle"),
        (20_000, "KWD", "once", "middle"),
        (20_000, "SEK", "once", "middle"),
    ],
)
def test_a_band_is_of_the_latest_gift_as_such_gifts_go(
    net: int, currency: str, frequency: str, band: str
) -> None:
    latest = gift(1, net, currency, frequency)

    assert band_of(facts(gift(9, 99_999), latest, gift(0, net=0))) == band
    assert band_of(facts(gift(0, net=0))) == ""


@given(
    st.tuples(st.integers(1, 10**8), st.integers(1, 10**8)),
    st.sampled_from(["GBP", "JPY", "KWD", "VND"]),
    st.sampled_from(["once", "monthly", "yearly"]),
)
def test_more_is_never_a_smaller_band(
    amounts: tuple[int, int], currency: str, frequency: str
) -> None:
    less, more = (
        _BANDS.index(band_of(facts(gift(0, net, currency, frequency)))) for net in sorted(amounts)
    )

    assert less <= more


@pytest.mark.parametrize(
    ("known", "is_invited"),
    [
        (facts(gift(59)), False),
        (facts(gift(60)), True),
        (facts(gift(80), gift(5)), False),
        (facts(gift(89)), True),
        (facts(gift(91)), False),
        (facts(gift(9, frequency="monthly"), plans=(plan(91),)), False),
        (facts(gift(9, frequency="monthly"), plans=(plan(92),)), True),
        (facts(plans=(plan(336, "yearly"),)), False),
        (facts(plans=(plan(337, "yearly"),)), True),
        (facts(plans=(plan(500), plan(9))), False),
        (facts(plans=(plan(500, status="paused"),)), False),
        (facts(plans=(plan(500, status="past_due"),)), False),
        (facts(), False),
    ],
)
def test_an_invitation_waits_until_a_gift_is_old_enough(
    known: GivingFacts,
    is_invited: bool,
) -> None:
    assert may_be_invited(derive_status(known, NOON), known, NOON) == is_invited


def test_no_other_state_is_invited() -> None:
    known = facts(gift(80), plans=(plan(500),))
    invited = {
        state
        for state in SupporterState
        if may_be_invited(known_status(state, None, None), known, NOON)
    }

    assert invited == {SupporterState.ONE_OFF, SupporterState.RECURRING}


@pytest.mark.django_db
def test_a_letter_that_asked_for_more_keeps_the_invitation_away_for_a_quarter() -> None:
    supporter = signed_in_giver(recurring_payment())
    RecurringPlan.objects.update(started_at=NOON - 400 * DAY)
    assert standing_of(supporter, now=NOON).traits.is_invited

    write_letter("upgrade", key="1", supporter=supporter, context={}, now=NOON)

    assert not standing_of(supporter, now=NOON + 91 * DAY).traits.is_invited
    assert standing_of(supporter, now=NOON + 92 * DAY).traits.is_invited
