"""Editors define tiers and support sets one by hand, each with no more rights than that takes."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from membership.models import Supporter, Tier, TierChange, TierOverride, TierStanding
from membership.supporters.attaching import attach_payment
from tests.architecture.visitors import browser_of
from tests.factories import NOON, SupporterFactory
from tests.membership.givers import recurring_payment
from tests.membership.tiers import derive_tier_of, make_tiers

pytestmark = pytest.mark.django_db

TIERS = "/admin/membership/tier/"
OVERRIDES = "/admin/membership/tieroverride/"


def tier_form(**fields: str) -> dict[str, str]:
    return {
        "name": "Friend",
        "key": "friend",
        "rank": "1",
        "grace_days": "14",
        "amounts-TOTAL_FORMS": "2",
        "amounts-INITIAL_FORMS": "0",
        "amounts-0-currency": "gbp",
        "amounts-0-amount": "5.00",
        "amounts-1-currency": "JPY",
        "amounts-1-amount": "900",
        "benefits-TOTAL_FORMS": "1",
        "benefits-INITIAL_FORMS": "0",
        "benefits-0-position": "1",
        "benefits-0-key": "letter",
        "benefits-0-text": "A letter each month",
        **fields,
    }


def override_form(supporter: Supporter, tier: Tier, ends_at: datetime) -> dict[str, str]:
    return {
        "supporter": str(supporter.pk),
        "tier": str(tier.pk),
        "ends_at_0": f"{ends_at:%Y-%m-%d}",
        "ends_at_1": f"{ends_at:%H:%M}",
        "reason": "Wrote for us",
    }


@pytest.fixture
def editor() -> Client:
    return browser_of("editor")


@pytest.fixture
def support() -> Client:
    return browser_of("support")


def test_an_editor_defines_a_tier_and_everybodys_is_derived(
    editor: Client, django_capture_on_commit_callbacks: object
) -> None:
    supporter = attach_payment(recurring_payment().pk, now=NOON)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = editor.post(f"{TIERS}add/", tier_form())

    assert response.status_code == 302, response.content.decode()
    tier = Tier.objects.get()
    amounts = list(tier.amounts.values_list("currency", "amount"))
    assert amounts == [("GBP", 500), ("JPY", 900)]
    assert tier.benefits.get().text == "A letter each month"
    assert TierStanding.objects.get(supporter=supporter).tier == tier
    assert TierChange.objects.get().cause == "tiers changed"


def test_an_amount_that_is_none_is_refused_in_words(editor: Client) -> None:
    response = editor.post(f"{TIERS}add/", tier_form(**{"amounts-0-amount": "five"}))

    assert response.status_code == 200
    assert "This is not an amount." in response.content.decode()
    assert not Tier.objects.exists()


def test_a_tiers_key_stays(editor: Client) -> None:
    friend, _patron = make_tiers()
    row = friend.amounts.get()
    existing = {
        "amounts-INITIAL_FORMS": "1",
        "amounts-TOTAL_FORMS": "1",
        "amounts-0-id": str(row.pk),
        "amounts-0-tier": str(friend.pk),
        "benefits-TOTAL_FORMS": "0",
    }

    response = editor.post(
        f"{TIERS}{friend.pk}/change/", tier_form(key="other", rank="0", **existing)
    )

    assert response.status_code == 302, response.content.decode()
    friend.refresh_from_db()
    assert (friend.key, friend.grace_days) == ("friend", 14)


def test_support_sets_a_tier_until_a_day_and_takes_it_back(
    support: Client, django_capture_on_commit_callbacks: object
) -> None:
    _friend, patron = make_tiers()
    supporter = SupporterFactory.create()
    ends_at = timezone.now() + timedelta(days=30)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = support.post(f"{OVERRIDES}add/", override_form(supporter, patron, ends_at))
    assert response.status_code == 302, response.content.decode()
    override = TierOverride.objects.get()
    assert (override.reason, override.made_by.is_staff) == ("Wrote for us", True)
    assert TierStanding.objects.get().tier == patron

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        support.post(OVERRIDES, {"action": "withdraw", "_selected_action": str(override.pk)})
    override.refresh_from_db()
    assert override.withdrawn_at is not None
    assert TierStanding.objects.get().tier is None


@pytest.mark.parametrize(
    ("days", "sentence"), [(-1, "still to come"), (900, "within the next two years")]
)
def test_a_tier_needs_an_end_that_is_near(support: Client, days: int, sentence: str) -> None:
    _friend, patron = make_tiers()
    ends_at = timezone.now() + timedelta(days=days)

    response = support.post(
        f"{OVERRIDES}add/", override_form(SupporterFactory.create(), patron, ends_at)
    )

    assert sentence in response.content.decode()
    assert not TierOverride.objects.exists()


def test_support_sees_who_has_which_tier_and_why(support: Client) -> None:
    make_tiers()
    supporter = derive_tier_of(attach_payment(recurring_payment().pk, now=NOON))

    for page in ("tierstanding", "tierchange"):
        html = support.get(f"/admin/membership/{page}/").content.decode()
        assert str(supporter.reference) in html
        assert "Friend" in html
