"""The editors' desk: the list, writing, comparing and reviewing prompts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from membership.models import PromptCampaign, PromptPublication, PromptRevision
from membership.prompts.actions import create_campaign
from membership.prompts.defaults import default_definitions
from membership.prompts.desk.campaign_form import CampaignForm
from membership.prompts.parsing import parse_definition
from tests.factories import NOON
from tests.membership.desk_pages import typed
from tests.membership.prompt_definitions import COPY, definition
from tests.membership.prompt_desk import Desk, words
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

_FULL = definition(
    name="Everything",
    states=["anonymous", "lapsed"],
    priority=120,
    targeting={
        "signed_in": False,
        "countries": {"in": ["US", "CA"]},
        "regions": {"out": ["US-CA"]},
        "editions": ["us"],
        "sections": {"in": ["news"], "out": ["sport"]},
        "tags": {"out": ["content-warning"]},
        "types": {"in": ["article"]},
        "devices": ["phone"],
        "reads": {"days": 30, "min": 3, "max": 99},
        "referrers": ["search"],
        "codes": ["spring"],
        "tenures": ["long"],
        "tiers": ["friend"],
        "bands": ["small"],
        "abandoned": True,
        "hint": "invite",
    },
    caps={"views": 1, "days": 90, "gap": 4_321},
    schedule={"zone": "America/New_York", "starts": "2026-12-01T09:00", "ends": "2026-12-24T12:00"},
    goal={"amounts": {"GBP": 2_000_050, "JPY": 1_000_000}, "since": "2026-12-01"},
    experiment="spring-words",
    note="Asked for by the editor.",
    variants=[
        {"id": "a", "weight": 5000, "copy": COPY},
        {"id": "off", "weight": 0, "copy": {}},
    ],
)


def _sent(data: dict[str, Any]) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in data.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


@pytest.fixture
def enter(client: Client) -> Callable[..., Client]:
    """Sign a new editor in, whose name may be given."""

    def as_editor(name: str = "Editor") -> Client:
        sign_in_staff(client, make_staff(role="editor", name=name))
        return client

    return as_editor


@pytest.mark.parametrize("written", [_FULL, *default_definitions("support").values()])
def test_the_form_shows_a_definition_and_reads_the_same_one(written: dict[str, Any]) -> None:
    form = CampaignForm(written, _sent(typed(written)), slots=["in-article"], offers=[])

    assert form.is_valid(), (form.errors, form.problems)
    assert form.definition == parse_definition(written)
    assert form.definition is not None
    assert form.definition.note == written.get("note", "")


def test_an_editor_writes_and_a_second_one_sends_back_then_approves(
    desk: Desk, enter: Callable[..., Client]
) -> None:
    client = enter("Ada")
    sent = typed(definition(), key="winter", based_on=0, change="For the cold.")
    response = client.post("/staff/prompts/new/", sent)
    assert response["Location"] == "/staff/prompts/campaigns/winter/"

    page = client.get("/staff/prompts/campaigns/winter/").content.decode()
    assert "It waits for somebody else to review it" in page
    assert 'value="approved"' not in page
    own = client.post("/staff/prompts/campaigns/winter/review/1/", {"verdict": "approved"})
    assert "You wrote this version" in client.get(own["Location"]).content.decode()

    second = enter("Bea")
    unsaid = second.post("/staff/prompts/campaigns/winter/review/1/", {"verdict": "refused"})
    assert "Say in the note what should change" in second.get(unsaid["Location"]).content.decode()
    second.post(
        "/staff/prompts/campaigns/winter/review/1/", {"verdict": "refused", "note": "Shorter."}
    )
    page = second.get("/staff/prompts/campaigns/winter/").content.decode()
    assert "Sent back by Bea" in page
    assert "“Shorter.”" in page

    client = enter("Ada again")
    changed = typed(definition(), based_on=1, **{"v0-uk_title": "Open to all"})
    client.post("/staff/prompts/campaigns/winter/edit/", changed)
    second = enter("Bea again")
    second.post("/staff/prompts/campaigns/winter/review/2/", {"verdict": "approved"})
    page = second.get("/staff/prompts/campaigns/winter/").content.decode()
    assert "Approved by Bea again" in page
    assert "the title: is now “Open to all”, was “Open to everyone”." in page


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(
    desk: Desk, enter: Callable[..., Client]
) -> None:
    desk.write()
    sent = typed(
        definition(),
        based_on=1,
        states=["anonymous", "recurring"],
        countries_in="GB, UK",
        caps_views="1",
        priority="high",
        **{"v0-uk_body": "A {mystery}.", "v0-us_plea": "Kept as it is."},
    )
    client = enter()

    first = client.post("/staff/prompts/campaigns/spring-appeal/edit/", sent)
    assert first.status_code == 400
    assert "Write a whole number." in first.content.decode()

    response = client.post(
        "/staff/prompts/campaigns/spring-appeal/edit/", {**sent, "priority": "7"}
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert 'href="#id_countries_in">Countries: There is no country UK.' in page
    assert 'href="#id_caps_days"' in page
    assert 'href="#id_v0-uk_body">Text: {mystery} is no placeholder' in page
    assert "Kept as it is." in page
    assert PromptRevision.objects.count() == 1


def test_what_somebody_saved_meanwhile_is_shown_before_it_is_followed(
    desk: Desk, enter: Callable[..., Client]
) -> None:
    desk.write()
    desk.write(name="Renamed meanwhile")
    client = enter()
    sent = typed(definition(), based_on=1, priority="5")

    page = client.post("/staff/prompts/campaigns/spring-appeal/edit/", sent).content.decode()

    assert "Writer saved revision 2 after you opened 1" in page
    assert "The name: is now “Renamed meanwhile”, was “Spring appeal”." in page
    assert 'name="based_on" value="2"' in page
    client.post("/staff/prompts/campaigns/spring-appeal/edit/", {**sent, "based_on": 2})
    newest = PromptRevision.objects.get(number=3)
    assert newest.definition["priority"] == 5
    assert newest.definition["name"] == "Spring appeal"


def test_variants_are_added_and_taken_away_without_a_script(
    desk: Desk, enter: Callable[..., Client]
) -> None:
    desk.write()
    client, address = enter(), "/staff/prompts/campaigns/spring-appeal/edit/"
    page = client.post(address, typed(definition(), based_on=1, add_variant="1"))
    assert page.status_code == 200
    assert 'name="v1-uk_title"' in page.content.decode()

    second = {"v1-id": "b", "v1-weight": "1", "v1-uk_title": "T", "v1-uk_body": "B"}
    client.post(address, typed(definition(), based_on=1, **{**second, "variants": "3"}))
    newest = PromptRevision.objects.get(number=2).definition
    assert [variant["id"] for variant in newest["variants"]] == ["a", "b"]

    client.post(address, typed(newest, based_on=2, **{"v0-taken_away": "on"}))
    newest = PromptRevision.objects.get(number=3).definition
    assert [variant["id"] for variant in newest["variants"]] == ["b"]


def test_what_cleaning_took_out_of_the_words_is_said(
    desk: Desk, enter: Callable[..., Client]
) -> None:
    desk.write()
    sent = typed(definition(), based_on=1, **{"v0-uk_body": "<b>Bold</b> words"})

    response = enter().post("/staff/prompts/campaigns/spring-appeal/edit/", sent, follow=True)

    assert "Variant a, text: &lt;b&gt; was taken out." in response.content.decode()


def test_a_copy_begins_with_the_words_of_another(desk: Desk, enter: Callable[..., Client]) -> None:
    desk.write()

    client = enter()
    page = client.get("/staff/prompts/new/?from=spring-appeal").content.decode()

    assert 'value="Open to everyone"' in page
    taken = client.post("/staff/prompts/new/", typed(definition(), key="spring-appeal", based_on=0))
    assert taken.status_code == 400
    assert "There is a prompt called “spring-appeal” already" in taken.content.decode()


def test_moving_a_prompt_writes_a_revision_to_be_reviewed(
    live: PromptPublication, desk: Desk, enter: Callable[..., Client]
) -> None:
    desk.write("second", priority=50, name="Second")
    client = enter()

    client.post("/staff/prompts/campaigns/second/move/", {"direction": "up"})

    page = client.get("/staff/prompts/").content.decode()
    assert page.index(">Second<") < page.index(">Spring appeal<")
    assert "Revision 2 in review" in page
    moved = PromptRevision.objects.get(campaign__key="second", number=2)
    assert (moved.definition["priority"], moved.note) == (100, "Moved Second up.")


def test_only_what_nobody_sees_goes_to_the_archive_and_comes_back(
    live: PromptPublication, enter: Callable[..., Client]
) -> None:
    client, address = enter(), "/staff/prompts/campaigns/spring-appeal"
    refused = client.post(f"{address}/archive/", follow=True).content.decode()
    assert "Readers still see this prompt" in refused

    client.post(f"{address}/take-off/", {"reason": "Over."})
    client.post(f"{address}/archive/")
    assert PromptCampaign.objects.get().archived_at is not None
    client.post(f"{address}/restore/")
    assert PromptCampaign.objects.get().archived_at is None


def test_any_two_revisions_are_told_apart(desk: Desk, enter: Callable[..., Client]) -> None:
    for number in range(3):
        desk.write(priority=number + 1)
    client, address = enter(), "/staff/prompts/campaigns/spring-appeal/changes/"

    assert "The priority: is now 3, was 1." in client.get(f"{address}?from=1").content.decode()
    assert "The priority: is now 1, was 2." in (
        client.get(f"{address}?from=2&to=1").content.decode()
    )
    assert "They say the same." in client.get(f"{address}?from=2&to=2").content.decode()
    assert client.get(f"{address}?from=9").status_code == 404


def test_a_page_asks_as_few_questions_for_many_campaigns_as_for_one(
    live: PromptPublication,
    desk: Desk,
    enter: Callable[..., Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        desk.write(f"more-{number}", variants=words("More"))
        create_campaign(f"new-{number}", definition(), by=desk.writer, now=NOON)
    client = enter()

    for path, most in {
        "/staff/prompts/": 14,
        "/staff/prompts/new/": 13,
        "/staff/prompts/campaigns/more-3/": 17,
        "/staff/prompts/campaigns/more-3/edit/": 14,
        "/staff/prompts/campaigns/more-3/changes/": 11,
        "/staff/prompts/publish/": 24,
        "/staff/prompts/campaigns/more-3/preview/": 22,
        "/staff/prompts/history/": 11,
        "/staff/prompts/switch/": 10,
    }.items():
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200
