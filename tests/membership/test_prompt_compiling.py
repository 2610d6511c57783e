"""The bundle: the same input gives the same bytes, printed for every country, and never with a blank."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from membership.errors import PublishRefused
from membership.prompts.attribution import read_attribution
from membership.prompts.compiling import Compiled, compile_bundle, surroundings
from membership.prompts.drafts import Draft, draft_of
from membership.prompts.goals import raised
from membership.prompts.house_rules import parse_rules
from membership.prompts.live import LiveCampaign, LiveState
from membership.prompts.parsing import parse_definition
from membership.prompts.rules.bundle import parse_bundle
from payments.models import Campaign, CampaignCurrency, CampaignStatus, SuggestedAmount
from tests.factories import NOON, DonationFactory, PaymentFactory
from tests.membership.prompt_definitions import COPY, definition, rules

pytestmark = pytest.mark.django_db


def _state(**campaigns: dict[str, Any]) -> LiveState:
    return LiveState(
        tuple(
            LiveCampaign(key.replace("_", "-"), 1, parse_definition(written))
            for key, written in campaigns.items()
        ),
        parse_rules(rules()),
        1,
    )


def _compiled(now: datetime = NOON, **campaigns: dict[str, Any]) -> Compiled:
    state = _state(**campaigns)
    return compile_bundle(state, surroundings(state, now=now), now=now)


def _said(now: datetime = NOON, **campaigns: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(_compiled(now, **campaigns).body)
    return said


def _reasons(**campaigns: dict[str, Any]) -> tuple[str, ...]:
    return draft_of(_state(**campaigns), now=NOON).reasons


def test_the_same_input_gives_the_same_bytes(campaign: Campaign) -> None:
    first, again = _compiled(spring=definition()), _compiled(spring=definition())
    later = _compiled(NOON + timedelta(hours=1), spring=definition())

    assert first.body == again.body
    assert first.sha256 != later.sha256
    # What it says is the same; only its two times are others.
    assert first.manifest == later.manifest


def test_the_rules_read_what_is_compiled(campaign: Campaign) -> None:
    bundle = parse_bundle(_compiled(spring=definition()).body)

    assert (bundle.at, bundle.until) == (NOON.timestamp(), NOON.timestamp() + 7 * 86_400)
    assert bundle.newspaper == "The Harbour Courier"
    assert [each.id for each in bundle.campaigns] == ["spring"]
    assert [each.id for each in bundle.exclusions] == ["deaths"]
    assert bundle.editions["us"].date == "{month} {d}"
    assert bundle.editions["uk"].days[0] == "Monday"


def test_amounts_are_printed_for_the_country_that_reads_them(campaign: Campaign) -> None:
    offer = parse_bundle(_compiled(spring=definition()).body).offers["support"]
    printed = {
        country: offer.sets[offer.of.get(country, offer.other or 0)].from_price
        for country in ("GB", "US", "IE", "JP", "EC", "CA", "BR")
    }

    # Ecuador's money is the US dollar, which English writes so there; Canada's and Brazil's is not taken.
    assert printed == {
        "GB": "£3",
        "US": "$5",
        "IE": "€4",
        "JP": "JP¥300",
        "EC": "US$5",
        "CA": "£3",
        "BR": "£3",
    }


def test_what_is_over_or_far_away_is_not_published_and_what_is_near_keeps_its_times(
    campaign: Campaign,
) -> None:
    def runs(starts: str, ends: str) -> dict[str, Any]:
        zone = {"zone": "America/New_York"}
        return definition(schedule={**zone, "starts": starts, "ends": ends})

    said = _said(
        datetime(2026, 11, 20, 12, tzinfo=UTC),
        over=runs("2026-11-01T00:00", "2026-11-20T07:00"),
        near=runs("2026-11-20T07:00", "2026-11-26T09:30"),
        far=runs("2026-11-27T07:00", "2026-12-01T00:00"),
    )

    (near,) = said["campaigns"]
    # Seven in the morning in New York is noon in UTC.
    assert near["from"] == datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
    assert near["to"] == datetime(2026, 11, 26, 14, 30, tzinfo=UTC).timestamp()


def test_words_are_cleaned_again_and_codes_say_which_words_they_were(campaign: Campaign) -> None:
    state = _state(spring=definition())
    body = "<script>x</script><strong>Read</strong> on"
    # As if an earlier version of this program had let it through.
    object.__setattr__(state.campaigns[0].definition.variants[0].copy["uk"], "body", body)
    said = json.loads(compile_bundle(state, surroundings(state, now=NOON), now=NOON).body)

    (variant,) = said["campaigns"][0]["variants"]
    assert variant["copy"]["uk"]["body"] == "<strong>Read</strong> on"
    assert read_attribution(variant["code"]) == {"prompt": "spring", "variant": "a", "version": "1"}


def test_a_missing_price_is_refused_with_the_sentence_that_names_it(campaign: Campaign) -> None:
    CampaignCurrency.objects.filter(currency="JPY").delete()
    CampaignCurrency.objects.update(is_default=False)
    appeal = definition(
        targeting={"countries": {"in": ["JP", "US"]}},
        variants=[{"id": "b", "weight": 1, "copy": {"us": COPY["us"]}}],
    )

    assert _reasons(spring=appeal) == (
        (
            "Spring appeal, variant b, edition us: {from_price} has no value in Japan because the campaign ‘support’ "
            "takes no Japanese yen and has no default currency."
        ),
    )


def test_each_reason_for_a_missing_value_has_its_sentence(campaign: Campaign) -> None:
    only_us = {"targeting": {"countries": {"in": ["US"]}}}
    variants = [{"id": "a", "weight": 1, "copy": {"us": COPY["us"]}}]
    goal = [
        {
            "id": "a",
            "weight": 1,
            "copy": {"us": {"title": "Half-way", "body": "{percent} per cent"}},
        }
    ]
    pounds = {"amounts": {"GBP": 1000}, "since": "2026-11-01"}
    assert _reasons(spring=definition(variants=goal, goal=pounds, **only_us)) == (
        (
            "Spring appeal, variant a, edition us: {percent} has no value in the United States because the goal names "
            "no amount in US dollars, which is offered there."
        ),
    )

    SuggestedAmount.objects.filter(currency="USD", frequency="monthly").delete()
    assert _reasons(spring=definition(variants=variants, **only_us)) == (
        (
            "Spring appeal, variant a, edition us: {from_price} has no value in the United States because the campaign "
            "‘support’ suggests no monthly gift in US dollars."
        ),
    )

    Campaign.objects.update(allows_monthly=False)
    assert _reasons(spring=definition(variants=variants, **only_us)) == (
        (
            "Spring appeal, variant a, edition us: {from_price} has no value in the United States because the campaign "
            "‘support’ takes no monthly gifts."
        ),
    )

    Campaign.objects.update(status=CampaignStatus.CLOSED)
    assert _reasons(spring=definition(variants=variants, **only_us)) == (
        "Spring appeal: the campaign ‘support’ that it leads to takes no gifts now.",
    )


def test_a_reason_that_holds_in_many_countries_is_told_once(campaign: Campaign) -> None:
    CampaignCurrency.objects.update(is_default=False)
    (dinar, *_) = [each for each in _reasons(spring=definition()) if "Algerian" in each]
    (dollars, *_) = [each for each in _reasons(spring=definition()) if "Australian" in each]

    assert "has no value in Algeria because" in dinar
    assert (
        "in Australia, Cocos (Keeling) Islands, Christmas Island and 5 other countries" in dollars
    )


def test_the_country_is_named_where_words_name_it(campaign: Campaign) -> None:
    copy = {"uk": {"title": "Readers in {country}", "body": "Open to everyone."}}
    variants = [{"id": "a", "weight": 1, "copy": copy}]
    only = {"targeting": {"countries": {"in": ["US", "FR"]}}}

    assert _said(spring=definition(variants=variants, **only))["names"] == {
        "uk": {"FR": "France", "US": "the United States"}
    }
    assert _said(spring=definition())["names"] == {}


def test_a_goal_is_what_settled_since_its_day_less_what_went_back(campaign: Campaign) -> None:
    def gift(amount: int, currency: str = "GBP", **fields: Any) -> None:
        donation = DonationFactory.create(campaign=campaign, amount=amount, currency=currency)
        PaymentFactory.create(donation=donation, currency=currency, amount=amount, **fields)

    gift(10_000)
    gift(5_000, status="partially_refunded", refunded_amount=2_000)
    gift(3_000, status="refunded", refunded_amount=3_000)
    gift(4_000, lost_amount=4_000)
    gift(700, "USD")
    gift(9_000, succeeded_at=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    gift(8_000, status="failed", succeeded_at=None)

    assert raised("support", date(2026, 11, 1)) == {"GBP": 13_000, "USD": 700}
    goal = {"amounts": {"GBP": 20_000, "USD": 1_000}, "since": "2026-11-01"}
    assert _said(spring=definition(goal=goal))["campaigns"][0]["goal"] == {
        "GBP": {"goal": "£200", "percent": 65, "total": "£130"},
        "USD": {"goal": "$10", "percent": 70, "total": "$7"},
    }


def test_a_draft_without_rules_says_that_there_are_none(campaign: Campaign) -> None:
    draft = draft_of(LiveState(_state(spring=definition()).campaigns, None, 0), now=NOON)

    assert isinstance(draft, Draft)
    assert draft.reasons == (
        "No rules of the house are published, so nothing says where prompts must not stand.",
    )
    assert str(PublishRefused(draft.reasons)) == draft.reasons[0]
