"""What programs are told when they ask which prompt to show: whole words, links that work, clear refusals."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from membership.prompts.attribution import read_attribution
from membership.prompts.current import current_bundle
from membership.prompts.decision_requests import LONGEST_BODY
from membership.prompts.rules.decision import decide_page
from membership.prompts.rules.tracing import read_trace
from tests.factories import NOON
from tests.membership.short_cuts import Answered, call, post_json

DECIDE = "/api/v1/prompts/decide"


@pytest.fixture(autouse=True)
def _published(prompts: None) -> None:
    """What a newspaper begins with."""


def page(**fields: object) -> dict[str, object]:
    whole = {"edition": "us", "slots": ["in-article"], "sensitive": False, "opt_out": False}
    return {**whole, **fields}


def ask(**fields: object) -> Answered:
    return post_json(DECIDE, {"page": page(), "reader": {"state": "anonymous"}, **fields})


def slot_of(answered: Answered) -> dict[str, Any]:
    assert answered.status == 200, answered.body
    (slot,) = answered.json["slots"]
    found: dict[str, Any] = slot
    return found


def test_an_ask_comes_with_whole_words_amounts_and_links() -> None:
    slot = slot_of(ask(page=page(id="harbour-lights")))
    prompt = slot["prompt"]

    assert (slot["campaign"], slot["arm"], slot["reason"]) == ("ask", "default", "shown")
    assert prompt["title"] == "This article is free because readers chip in"
    assert "starting at $5 a month" in prompt["body"]
    assert [amount["label"] for amount in prompt["amounts"]] == ["$5", "$7", "$15"]
    link = urlsplit(prompt["amounts"][1]["link"])
    query = {name: text for name, (text,) in parse_qs(link.query).items()}
    assert f"{link.scheme}://{link.netloc}{link.path}" == "http://testserver/donate/support/"
    assert (query["amount"], query["currency"], query["article"]) == ("7", "USD", "harbour-lights")
    assert query["code"] == prompt["code"]
    assert read_attribution(prompt["code"])["prompt"] == "ask"


def test_the_link_opens_the_page_on_which_the_gift_is_given(client: Client) -> None:
    link = slot_of(ask())["prompt"]["amounts"][0]["link"]

    assert client.get(link.removeprefix("http://testserver")).status_code == 200


def test_a_failing_card_is_told_and_nothing_is_asked() -> None:
    prompt = slot_of(ask(reader={"state": "payment_failing"}))["prompt"]

    assert (prompt["kind"], prompt["amounts"]) == ("card", [])
    assert prompt["link"] == "http://testserver/support/"


def test_what_is_empty_says_why() -> None:
    slot = slot_of(ask(page=page(sensitive=True)))

    assert (slot["prompt"], slot["reason"]) == (None, "page_is_not_sensitive")


def test_one_ask_a_page_and_the_budget_hold_for_programs_that_know_the_history() -> None:
    now = int(NOON.timestamp())
    views = [["other", "in-article", now - 60 - each, 1] for each in range(4)]
    with time_machine.travel(NOON, tick=False):
        slot = slot_of(ask(history={"views": views}, now=now))

    assert slot["prompt"] is None


def test_the_hour_is_that_of_the_country_where_none_is_sent() -> None:
    with time_machine.travel(NOON, tick=False):
        said = ask(explain=True).json
        elsewhere = ask(explain=True, reader={"state": "anonymous", "country": "NZ"}).json

    assert read_trace(said["trace"]).context.tz == -300
    assert read_trace(elsewhere["trace"]).context.tz == 780


def test_an_explained_decision_replays_from_its_trace() -> None:
    said = ask(explain=True).json
    trace = read_trace(said["trace"])
    published = current_bundle(NOON)
    assert published is not None

    (decision,) = decide_page(published.bundle, trace.context)
    shown = {name: text for name, text in said["slots"][0].items() if name != "prompt"}
    assert decision.as_json() == shown
    assert shown["trace"][-1] == ["ask", "shown"]
    assert trace.bundle == said["bundle"] == published.sha256


def test_what_is_no_page_view_is_refused_with_what_to_send() -> None:
    for said, sentence in (
        ({}, "The context has no “page”."),
        ({"page": page()}, "The context has no “reader”."),
        ({"page": {}, "reader": {}}, "“page” has no “edition”."),
        ({"page": page(), "reader": {"state": "anonymous", "email": "x"}}, "“email”"),
        ({"page": page(), "reader": {"state": 7}}, "“state” of “reader” must be a text."),
        ({"page": page(slots="in-article"), "reader": {"state": "x"}}, "must be a list"),
        ({"page": page(), "reader": {"state": "x"}, "now": "today"}, "must be a whole number"),
        ({"page": page(), "reader": {"state": "x"}, "explain": 1}, "must be true or false"),
        ({"page": page(edition=[]), "reader": {"country": {}}}, "must be a text"),
        ([], "not a JSON object"),
    ):
        answered = post_json(DECIDE, said)

        assert (answered.status, answered.json["error"]["code"]) == (400, "refused"), said
        assert sentence in answered.json["error"]["message"]


def test_any_body_is_answered_with_a_sentence() -> None:
    for body, sentence in (
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 30_000, "not JSON"),
        (b"\xff", "not JSON"),
        (b" " * (LONGEST_BODY + 1), "longer than 32,768 bytes"),
    ):
        answered = call(DECIDE, body, method="POST", content_type="application/json")

        assert answered.status == 400, body[:10]
        assert sentence in answered.json["error"]["message"]


def test_json_must_be_called_json() -> None:
    for content_type in ("", "text/plain", "application/x-www-form-urlencoded"):
        answered = call(DECIDE, b"{}", method="POST", content_type=content_type)

        assert (answered.status, answered.json["error"]["code"]) == (415, "not_json")


def test_no_cache_keeps_a_decision(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with time_machine.travel(NOON, tick=False):
        ask()
        with django_assert_num_queries(0):
            answered = ask()

    assert answered.headers["Cache-Control"] == "no-store"


def test_a_state_that_we_do_not_know_is_a_stranger_s() -> None:
    for state in ("duchess", ""):
        assert slot_of(ask(reader={"state": state}))["campaign"] == "ask"
