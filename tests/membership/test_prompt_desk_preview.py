"""Previews: any variant as any reader, for those who are signed in at the desk and nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from membership.models import PromptPublication
from tests.membership.prompt_definitions import COPY
from tests.membership.prompt_desk import Desk
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

_PAGE = "/staff/prompts/campaigns/spring-appeal/preview/"


@pytest.fixture
def look(client: Client, live: PromptPublication) -> Callable[[str], str]:
    sign_in_staff(client, make_staff(role="editor"))
    return lambda query: client.get(f"{_PAGE}?{query}").content.decode()


def test_words_and_prices_are_those_of_the_edition_and_the_country(
    look: Callable[[str], str],
) -> None:
    uk, us = look("edition=uk&country=GB"), look("edition=us&country=US")

    assert "Open to everyone" in uk
    assert "from £" in uk
    assert "Free to read" in us
    assert "from $" in us


def test_a_draft_is_seen_before_readers_see_it_and_what_is_live_beside_it(
    look: Callable[[str], str], desk: Desk
) -> None:
    desk.write(
        variants=[
            {"id": "a", "weight": 1, "copy": {"uk": {**COPY["uk"], "title": "Not yet"}}},
            {"id": "b", "weight": 1, "copy": {"uk": {**COPY["uk"], "title": "The other"}}},
        ],
        schedule={"zone": "Europe/London", "starts": "2031-01-01T09:00"},
    )

    assert "Not yet" in look("")
    assert "The other" in look("variant=b")
    assert "Open to everyone" in look("source=live")
    assert "Open to everyone" in look("source=1")


def test_a_preview_says_whether_such_a_reader_gets_it(look: Callable[[str], str]) -> None:
    assert "would get this prompt on a news article now" in look("state=anonymous") or (
        "it is night where the reader is" in look("state=anonymous")
    )
    assert "who gives is never asked" in look("state=recurring")


def test_an_unknown_choice_is_explained(look: Callable[[str], str]) -> None:
    assert "Select a valid choice" in look("device=watch")


def test_the_page_asks_few_questions(
    client: Client,
    look: Callable[[str], str],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(22):
        client.get(_PAGE)


@pytest.mark.parametrize("role", ["", "support", "finance", "admin"])
def test_nobody_else_sees_a_preview(client: Client, live: PromptPublication, role: str) -> None:
    if role:
        sign_in_staff(client, make_staff(role=role))

    assert client.get(_PAGE).status_code == (403 if role else 302)


def test_no_public_address_takes_a_parameter_that_passes_by_the_rules(
    client: Client, live: PromptPublication, desk: Desk
) -> None:
    """D15: what a stranger adds to an address changes nothing, whatever it is called."""
    assert live.bundle is not None
    desk.write("secret", variants=[{"id": "z", "weight": 1, "copy": COPY}])
    words = "preview=1&source=2&campaign=secret&variant=z&force=secret&draft=1&state=recurring"

    for path in (
        "/prompts/pointer.json",
        f"/prompts/bundle/{live.bundle.sha256}.json",
        "/prompts/fragment/in-article/uk/GB/anonymous/",
    ):
        plain, asked = client.get(path), client.get(f"{path}?{words}")
        assert plain.status_code == 200
        assert (asked.status_code, asked.content) == (plain.status_code, plain.content)
        assert b"secret" not in asked.content
