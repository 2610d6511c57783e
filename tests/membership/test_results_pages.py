"""The results desk: who may see it, what it says, and that it asks the database little."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership.models import EventType, PromptCampaign, PromptRevision
from membership.results.actions import propose_campaign_weights
from membership.results.alarms import alarms_of, holdout_alarm
from membership.results.page import campaign_page
from membership.results.progress import progress_of
from membership.results.verdicts import Outcome
from payments.models import Campaign
from tests.factories import NOON
from tests.membership.prompt_definitions import COPY, definition
from tests.membership.results import NOVEMBER, a_prompted_gift, a_published_appeal, met
from tests.staff import make_staff, sign_in_staff

PAGE = "/staff/results/appeal/?first=2026-11-01&last=2026-11-30"


@pytest.fixture
def enter(client: Client, campaign: Campaign) -> Callable[[str], Client]:
    def as_role(role: str) -> Client:
        sign_in_staff(client, make_staff(role=role))
        return client

    return as_role


def _met_by_both(readers: int) -> None:
    for variant in "ab":
        met(readers, variant=variant)
        met(readers, EventType.ELIGIBLE, variant=variant)


def test_the_desk_lists_known_and_unknown_campaigns(enter: Callable[[str], Client]) -> None:
    a_published_appeal({"a": 1})
    met(1_200, hour=timezone.now() - timedelta(days=1))
    met(1, hour=timezone.now(), campaign="nobodys")

    page = enter("editor").get("/staff/results/").content.decode()

    assert "The appeal" in page
    assert "1,200" in page
    assert "nobodys" in page
    assert page.count("Unknown campaign") == 1
    assert "Nothing has been counted yet" in page


def test_a_winner_is_named_in_plain_words_with_picture_and_table(
    campaign: Campaign, enter: Callable[[str], Client]
) -> None:
    a_published_appeal({"a": 5000, "b": 5000})
    for day in (NOON - timedelta(days=2), NOON):
        for variant in "ab":
            met(40_000, variant=variant, hour=day)
    for _ in range(60):
        a_prompted_gift(campaign, 1_000, attribution={"arm": "b", "variant": "b"}, is_booked=False)
    a_prompted_gift(campaign, 1_000, at=NOON - timedelta(days=2))

    page = enter("editor").get(PAGE).content.decode()

    assert "b is ahead of a in gifts and money: the interval excludes no difference." in page
    assert page.count("<svg") == 2
    assert "Day by day" in page
    assert "600.00" in page
    # Editors see no register.
    assert "/finance/gifts/" not in page


def test_too_few_readers_are_said_to_be_too_few(
    campaign: Campaign, enter: Callable[[str], Client]
) -> None:
    a_published_appeal({"a": 5000, "b": 5000})
    _met_by_both(1_600)
    a_prompted_gift(campaign)

    page = enter("finance").get(PAGE).content.decode()

    assert "Not enough yet: 3,200 of about" in page
    assert "/finance/gifts/?entity=courier&amp;first=2026-11-01" in page
    (comparison,) = progress_of(NOVEMBER, ppm=None).comparisons
    assert comparison.outcome is Outcome.NOT_ENOUGH


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-30", "2026-11-01", "This day is before the first one."),
        ("2020-01-01", "2026-11-01", "Choose at most two years."),
        ("soon", "2026-11-01", "Enter a valid date."),
        ("", "2026-11-01", "Choose a day."),
    ],
)
def test_days_that_make_no_sense_are_explained(
    first: str, last: str, words: str, enter: Callable[[str], Client]
) -> None:
    response = enter("auditor").get(f"/staff/results/appeal/?first={first}&last={last}")

    assert response.status_code == 400
    assert words in response.content.decode()


def test_filters_are_in_the_address_and_narrow_everything(
    campaign: Campaign, enter: Callable[[str], Client]
) -> None:
    met(7)
    met(9, country="US")
    a_prompted_gift(campaign, 1_000)
    a_prompted_gift(campaign, 5_000, attribution={"country": "US"})

    shown = enter("editor").get(f"{PAGE}&country=US&by=state").content.decode()
    page = campaign_page(replace(NOVEMBER, country="US"), ("variant", "state"), now=NOON)

    assert "50.00" in shown
    assert "60.00" not in shown
    assert [(row.values, row.counts.seen) for row in page.rows] == [(("a", "anonymous"), 9)]
    assert [line.money.gross for line in page.money] == [5_000]
    assert enter("editor").get(f"{PAGE}&country=FR").status_code == 400


def test_the_page_asks_as_few_questions_for_many_rows_as_for_one(
    campaign: Campaign,
    enter: Callable[[str], Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    a_published_appeal({"a": 5000, "b": 5000})
    for number in range(30):
        at = NOON - timedelta(days=number % 15)
        met(50, variant="ab"[number % 2], hour=at, country="GB" if number % 3 else "US")
        a_prompted_gift(campaign, 500 + number, at=at, is_booked=False)
    client = enter("finance lead")

    with django_assert_max_num_queries(45):
        client.get(f"{PAGE}&by=all")


def test_a_skewed_experiment_raises_an_alarm(db: None, campaign: Campaign) -> None:
    a_published_appeal({"a": 5000, "b": 5000})
    met(10_000, EventType.ELIGIBLE)
    met(9_000, EventType.ELIGIBLE, variant="b")
    met(590, EventType.ELIGIBLE, variant="holdout")

    (alarm,) = alarms_of(progress_of(NOVEMBER, ppm=30_000))

    assert alarm.startswith(
        "Readers are not spread over the variants as their weights say: a 10,000"
    )


def test_readers_without_a_seed_skew_nothing(campaign: Campaign) -> None:
    """D5: they all get the first variant, and are counted apart."""
    a_published_appeal({"a": 5000, "b": 5000})
    _met_by_both(10_000)
    met(620, EventType.ELIGIBLE, variant="holdout")
    met(9_000, EventType.ELIGIBLE, variant="default:a", first=False)
    met(9_000, EventType.SEEN, variant="default:a")

    progress = progress_of(NOVEMBER, ppm=30_000)

    assert alarms_of(progress) == []
    assert [(arm.variant, arm.readers) for arm in progress.arms] == [("a", 10_000), ("b", 10_000)]


def test_a_campaign_whose_readers_were_never_held_out_raises_an_alarm(campaign: Campaign) -> None:
    a_published_appeal({"a": 5000, "b": 5000})
    _met_by_both(1_000)

    assert alarms_of(progress_of(NOVEMBER, ppm=30_000)) == [
        "0 readers were held out instead of about 60."
    ]
    assert alarms_of(progress_of(NOVEMBER, ppm=None)) == []


@pytest.mark.parametrize(
    ("ppm", "held", "shown", "words"),
    [
        (30_000, 0, 600, "none was held out"),
        (30_000, 0, 400, ""),
        (30_000, 20, 600, ""),
        (0, 0, 0, "hold nobody out"),
    ],
)
def test_a_holdout_of_nobody_raises_an_alarm(
    ppm: int, held: int, shown: int, words: str, campaign: Campaign
) -> None:
    a_published_appeal({"a": 1}, ppm=ppm)
    met(shown, EventType.ELIGIBLE)
    met(held, EventType.ELIGIBLE, variant="holdout")
    met(10_000, EventType.ELIGIBLE, campaign="thanks")

    alarm = holdout_alarm(now=NOON + timedelta(days=1))

    assert words in alarm
    assert bool(words) == bool(alarm)


@pytest.mark.django_db
def test_a_newspaper_without_rules_has_no_alarm() -> None:
    assert holdout_alarm(now=NOON) == ""


def test_an_arm_without_views_breaks_no_page(
    campaign: Campaign, enter: Callable[[str], Client]
) -> None:
    """D4: gifts of an arm that no event names, and events of one that no campaign has."""
    a_published_appeal({"a": 5000, "b": 0})
    a_prompted_gift(campaign, attribution={"arm": "renamed", "variant": "renamed"})
    met(100, variant="z")
    met(100)

    assert enter("editor").get(PAGE).status_code == 200
    page = campaign_page(NOVEMBER, ("variant",), now=NOON)
    assert {row.values[0] for row in page.rows} == {"a", "renamed", "z"}


def test_weights_are_proposed_from_what_stands_and_never_rewritten(campaign: Campaign) -> None:
    a_published_appeal({"a": 5000, "b": 4000, "new": 1000, "off": 0})
    _met_by_both(20_000)
    for _ in range(30):
        a_prompted_gift(campaign, is_booked=False, attribution={"arm": "b", "variant": "b"})

    proposal = propose_campaign_weights(NOVEMBER, seed="2026-11-30", now=NOON)

    assert proposal.evidence["b"] == {"readers": 20_000, "gifts": 30, "net": 30_000}
    assert proposal.evidence["new"] == {"readers": 0, "gifts": 0, "net": 0}
    assert proposal.weights.keys() == {"a", "b", "new"}
    assert sum(proposal.weights.values()) == 10_000
    assert proposal.weights["a"] < proposal.weights["b"] + proposal.weights["new"]
    proposal.seed = "2"
    with pytest.raises(IntegrityError):
        proposal.save()


def test_proposed_weights_go_into_a_draft_that_waits_for_a_review(
    campaign: Campaign, enter: Callable[[str], Client]
) -> None:
    weights = {"a": 5000, "b": 5000, "off": 0}
    a_published_appeal(weights)
    now = timezone.now()
    PromptRevision.objects.create(
        campaign=PromptCampaign.objects.get(),
        number=2,
        saved_at=now,
        definition=definition(
            variants=[{"id": name, "weight": w, "copy": COPY} for name, w in weights.items()]
        ),
    )
    for variant in "ab":
        met(20_000, EventType.ELIGIBLE, variant=variant, hour=now)
        met(20_000, variant=variant, hour=now)
    for _ in range(30):
        a_prompted_gift(campaign, at=now, is_booked=False, attribution={"arm": "b", "variant": "b"})
    client = enter("editor")

    assert "Propose weights" in client.get("/staff/results/appeal/").content.decode()
    response = client.post("/staff/results/appeal/weights/")

    assert response["Location"] == "/staff/prompts/campaigns/appeal/"
    revision = PromptRevision.objects.get(campaign__key="appeal", number=3)
    weights = {each["id"]: each["weight"] for each in revision.definition["variants"]}
    assert weights["a"] + weights["b"] == 10_000
    assert weights["a"] < weights["b"]
    assert weights["off"] == 0
    assert not revision.reviews.exists()
    assert "Propose weights" not in enter("auditor").get(PAGE).content.decode()
