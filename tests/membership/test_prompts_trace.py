"""Staff replay a reader's decision from its code: the same decision, with all that led to it."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from membership.prompts.current import current_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import decide_page
from membership.prompts.rules.tracing import read_trace, write_trace
from tests.membership.short_cuts import post_json, publish_bundle
from tests.membership.test_prompt_vectors import VECTORS
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prompts")]
TRACE = "/staff/prompts/trace/"


@pytest.fixture
def editor(client: Client) -> Client:
    sign_in_staff(client, make_staff(role="editor"))
    return client


def explained(state: str = "anonymous", **more: object) -> tuple[str, dict[str, object]]:
    """Return a decision's code and the decision."""
    page = {"edition": "uk", "slots": ["in-article"], "sensitive": False, "opt_out": False}
    said = {"page": page, "reader": {"state": state}, "explain": True, **more}
    answer = post_json("/api/v1/prompts/decide", said).json
    return answer["trace"], answer["slots"][0]


def test_a_code_replays_to_the_same_decision(editor: Client) -> None:
    code, decided = explained(seed="somebody")

    html = editor.post(TRACE, {"code": code}).content.decode()

    published = current_bundle(timezone.now())
    assert published is not None
    (again,) = decide_page(published.bundle, read_trace(code).context)
    assert again.as_json() == {name: text for name, text in decided.items() if name != "prompt"}
    assert f"in-article: {decided['campaign'] or 'nothing'}" in html
    assert published.sha256 in html
    assert "<strong>state</strong>" in html  # Why the campaign above it was not shown.
    for name in ("bundle_is_current", "ask_budget", "slot_cap"):
        assert name in html


def test_an_earlier_bundle_is_replayed_as_it_was(editor: Client) -> None:
    case = VECTORS["cases"][0]
    sha256 = publish_bundle(VECTORS["bundles"][case["bundle"]])
    code = write_trace(sha256, parse_context(case["context"]))
    publish_bundle({**VECTORS["bundles"][case["bundle"]], "newspaper": "Another"})

    html = editor.post(TRACE, {"code": code}).content.decode()

    slot = case["expected"]["slots"][0]
    assert f"{slot['slot']}: {slot['campaign']}" in html
    assert sha256 in html


def test_a_whole_link_is_read_as_its_code(editor: Client) -> None:
    code, decided = explained("recurring")

    html = editor.post(TRACE, {"code": f"https://support.example/prompts/why/#{code}\n"}).content

    assert f"in-article: {decided['campaign']}" in html.decode()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("z", "incomplete"),
        ("hello", "incomplete"),
        ("j" + "A" * 16_001, "at most 16000 characters"),
    ],
    ids=["empty", "words", "long"],
)
def test_what_is_no_code_is_said_so_and_kept_in_the_field(
    editor: Client, code: str, sentence: str
) -> None:
    response = editor.post(TRACE, {"code": code})

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert code in response.content.decode()


def test_the_code_of_another_site_is_said_to_be_one(editor: Client) -> None:
    code, _decided = explained()
    other = write_trace("0" * 64, read_trace(code).context)

    assert "of another site" in editor.post(TRACE, {"code": other}).content.decode()


def test_what_a_code_names_is_text(editor: Client) -> None:
    said = json.loads(json.dumps(VECTORS["cases"][0]["context"]))
    said["page"]["id"] = "<script>alert(1)</script>"
    published = current_bundle(timezone.now())
    assert published is not None
    code = write_trace(published.sha256, parse_context(said))

    assert "<script>alert" not in editor.post(TRACE, {"code": code}).content.decode()
