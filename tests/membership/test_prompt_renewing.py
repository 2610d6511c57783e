"""The published bundle follows schedules, offers and goals by itself, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from membership.models import PromptPublication
from membership.prompts.publishing import (
    publish,
    withdraw_release,
)
from membership.prompts.queries import latest_publication, ordered_releases
from membership.prompts.renewing import publish_due
from membership.prompts.signing import is_signed, public_key
from payments.models import Campaign, CampaignCurrency, CampaignStatus, SuggestedAmount
from tests.factories import NOON, DonationFactory, PaymentFactory
from tests.membership.prompt_desk import Desk, published_json, titles, words

pytestmark = pytest.mark.django_db

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def test_a_publish_for_later_begins_at_its_time_and_can_be_taken_back_until_then(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write(variants=words("Later"))
    at = NOON + 2 * _MINUTE
    assert publish(by=desk.reviewer, now=NOON, live_from=at) is None
    (ordered,) = ordered_releases(now=NOON)

    assert publish_due(now=at - timedelta(seconds=1)) is None
    made = publish_due(now=at)
    assert made is not None
    assert (made.kind, made.published_by) == ("schedule", None)
    assert titles(made) == {"spring-appeal": "Later"}
    assert not withdraw_release(ordered, now=at)

    desk.write(variants=words("Never"))
    publish(by=desk.reviewer, now=at, live_from=at + _DAY)
    (ordered,) = ordered_releases(now=at)
    assert withdraw_release(ordered, now=at)
    assert publish_due(now=at + _DAY) is None


def test_the_bundle_follows_offers_schedules_and_its_own_age_and_nothing_else(
    desk: Desk, live: PromptPublication
) -> None:
    assert publish_due(now=NOON + _MINUTE) is None

    SuggestedAmount.objects.filter(currency="GBP", frequency="monthly", amount=300).delete()
    made = publish_due(now=NOON + 2 * _MINUTE)
    assert made is not None
    assert made.kind == "offers"
    sets = published_json(made)["offers"]["support"]["sets"]
    assert "£5" in {each["from_price"] for each in sets}

    assert publish_due(now=NOON + 2 * _DAY) is None
    made = publish_due(now=NOON + 4 * _DAY)
    assert made is not None
    assert made.kind == "renewal"


def test_a_campaign_that_ends_leaves_the_bundle_after_its_end(
    desk: Desk, live: PromptPublication
) -> None:
    ends = {"zone": "UTC", "ends": "2026-11-20T13:00"}
    desk.write("short", schedule=ends)
    assert set(titles(desk.publish())) == {"spring-appeal", "short"}

    made = publish_due(now=NOON + timedelta(hours=1))
    assert made is not None
    assert made.kind == "schedule"
    assert set(titles(made)) == {"spring-appeal"}


def test_a_goals_total_follows_its_gifts_at_most_every_ten_minutes(
    desk: Desk, live: PromptPublication, campaign: Campaign
) -> None:
    desk.write("goal", goal={"amounts": {"GBP": 10_000}, "since": "2026-11-01"})
    desk.publish()
    donation = DonationFactory.create(campaign=campaign, amount=2_500)
    PaymentFactory.create(donation=donation, amount=2_500)

    assert publish_due(now=NOON + timedelta(minutes=9)) is None
    made = publish_due(now=NOON + timedelta(minutes=10))
    assert made is not None
    assert published_json(made)["campaigns"][0]["goal"]["GBP"]["percent"] == 25


def test_an_offer_that_closes_takes_its_own_prompts_off_and_no_others(
    desk: Desk, live: PromptPublication, caplog: pytest.LogCaptureFixture
) -> None:
    desk.write(
        "thanks",
        kind="thanks",
        states=["recurring"],
        link=None,
        offer=None,
        variants=words("Thanks"),
    )
    desk.publish()
    Campaign.objects.update(status=CampaignStatus.CLOSED)

    made = publish_due(now=NOON + _MINUTE)

    assert set(titles(made)) == {"thanks"}
    assert (
        "Spring appeal: the campaign ‘support’ that it leads to takes no gifts now." in caplog.text
    )
    # It stays so, quietly, until the offer opens again.
    assert publish_due(now=NOON + 2 * _MINUTE) is None
    Campaign.objects.update(status=CampaignStatus.OPEN)
    assert set(titles(publish_due(now=NOON + 3 * _MINUTE))) == {"spring-appeal", "thanks"}


def test_a_price_that_goes_missing_takes_its_own_prompts_off_and_no_others(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write(
        "thanks",
        kind="thanks",
        states=["recurring"],
        link=None,
        offer=None,
        variants=words("Thanks"),
    )
    desk.publish()
    CampaignCurrency.objects.update(is_default=False)

    made = publish_due(now=NOON + _MINUTE)

    assert made is not None
    assert set(titles(made)) == {"thanks"}
    assert made.bundle is not None
    assert "has no value in" in made.bundle.manifest["left_out"]["spring-appeal"]
    assert publish_due(now=NOON + 2 * _MINUTE) is None


def test_another_signing_key_signs_the_bundle_that_is_published(
    desk: Desk, live: PromptPublication, settings: object
) -> None:
    settings.SECRET_KEY = "another-secret-key-that-guards-nothing-real-0123456789"  # type: ignore[attr-defined]
    made = publish_due(now=NOON + _MINUTE)

    assert made is not None
    assert made.bundle is not None
    assert is_signed(bytes(made.bundle.body), made.signature, public_key())
    assert not is_signed(bytes(made.bundle.body), live.signature, public_key())


def test_a_campaign_that_is_saved_changes_the_bundle_at_once(
    desk: Desk,
    live: PromptPublication,
    campaign: Campaign,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        SuggestedAmount.objects.filter(currency="GBP", frequency="monthly", amount=300).delete()
        campaign.allows_once = False
        campaign.save()

    latest = latest_publication()
    assert latest is not None
    assert (latest.kind, latest.published_by) == ("offers", None)
