"""Decisions for programs are those of the reference, through the short cut and through Django alike."""

import json
from typing import Any

import pytest
from django.test import Client

from config.edge import mount
from membership.prompts.decide_schema import SCHEMAS
from tests.membership.described import fits
from tests.membership.short_cuts import Answered, call, post_json, publish_bundle
from tests.membership.test_prompt_vectors import VECTORS

pytestmark = pytest.mark.django_db
DECIDE = "/api/v1/prompts/decide"
FRAGMENT = "/prompts/fragment/in-article/uk/other/anonymous/"
SEVEN = ("slot", "campaign", "variant", "arm", "reason", "held", "trace")


def _by_django(client: Client, said: object) -> Answered:
    response = client.post(DECIDE, said, content_type="application/json")
    return Answered(response.status_code, dict(response.headers), response.content)


def _decision(answered: Answered) -> dict[str, Any]:
    """Return the answer's decision as the vectors have it."""
    assert answered.status == 200, answered.body
    return {"slots": [{name: slot[name] for name in SEVEN} for slot in answered.json["slots"]]}


def test_every_case_is_decided_by_both_ways_as_it_says(client: Client) -> None:
    cases: dict[str, list[dict[str, Any]]] = {}
    for case in VECTORS["cases"]:
        cases.setdefault(case["bundle"], []).append(case)
    wrong = {}
    for name, bundle in VECTORS["bundles"].items():
        published = publish_bundle(bundle)
        for case in cases.get(name, []):
            said = {**case["context"], "explain": True}
            short, whole = post_json(DECIDE, said), _by_django(client, said)
            quick = post_json(DECIDE, case["context"])
            if not (
                case["expected"] == _decision(short) == _decision(whole)
                and _without_traces(short) == quick.json["slots"]
                and quick.json["bundle"] == published
            ):
                wrong[case["name"]] = short.json
    assert wrong == {}


def test_every_case_and_its_answer_are_as_the_api_describes_them() -> None:
    for case in VECTORS["cases"]:
        assert fits(case["context"], SCHEMAS["PageView"]), case["name"]
    assert not fits({"page": {}}, SCHEMAS["PageView"])
    shown = VECTORS["cases"][0]
    publish_bundle(VECTORS["bundles"][shown["bundle"]])
    context = shown["context"]

    for said in (context, {**context, "explain": True}):
        answered = post_json(DECIDE, said).json
        assert fits(answered, SCHEMAS["Decision"]), answered


def _without_traces(answered: Answered) -> list[dict[str, Any]]:
    slots = answered.json["slots"]
    return [{key: said for key, said in slot.items() if key != "trace"} for slot in slots]


@pytest.mark.usefixtures("prompts")
def test_the_short_cut_and_django_answer_alike(client: Client) -> None:
    for path, method, content_type, body in (
        (FRAGMENT, "GET", "", b""),
        (FRAGMENT, "HEAD", "", b""),
        (FRAGMENT, "POST", "", b""),
        (FRAGMENT.replace("/uk/", "/mars/"), "GET", "", b""),
        (DECIDE, "GET", "", b""),
        (DECIDE, "POST", "text/plain", b"{}"),
        (DECIDE, "POST", "application/json", b"{"),
    ):
        short = call(path, body, method=method, content_type=content_type)
        whole = client.generic(method, path, body, content_type=content_type)

        # What a server adds to any answer is no part of it.
        headers = {name: text for name, text in whole.headers.items() if name != "Content-Length"}
        assert (short.status, short.headers) == (whole.status_code, headers), (method, path)
        assert short.body == (b"" if method == "HEAD" else whole.content), (method, path)


@pytest.mark.usefixtures("prompts")
def test_neither_reads_cookies_nor_sets_any(client: Client) -> None:
    client.cookies["status"] = "x"
    client.cookies["sessionid"] = "y"

    for response in (
        client.get(FRAGMENT),
        client.post(DECIDE, json.dumps({}), content_type="application/json"),
    ):
        assert "Vary" not in response
        assert "Set-Cookie" not in response
        assert not response.cookies


def test_other_addresses_are_left_to_django() -> None:
    heard: list[str] = []
    whole = mount(lambda environ, _start: heard.append(environ["PATH_INFO"]) or [])  # type: ignore[func-returns-value]
    others = ["/prompts/fragments/", "/prompts/pointer.json", "/api/v1/prompts/decide/", "/"]

    for path in others:
        list(whole({"PATH_INFO": path}, None))

    assert heard == others
