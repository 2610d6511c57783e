"""What no bundle may do, even if our own compiler made it so: each break is a sentence."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from membership.models import PromptPublication
from membership.prompts.policy import refusals
from tests.membership.prompt_desk import published_json

pytestmark = pytest.mark.django_db

_NAMES = {"spring-appeal": "Spring appeal"}


def _broken(live: PromptPublication, change: Callable[[dict[str, Any]], object]) -> bytes:
    said = published_json(live)
    change(said)
    return json.dumps(said).encode()


def _reasons(live: PromptPublication, body: bytes, *, has_new_rules: bool = False) -> list[str]:
    assert live.bundle is not None
    standing = bytes(live.bundle.body)
    found = refusals(body, standing, names=_NAMES, has_new_rules=has_new_rules)
    return [finding.words for finding in found]


def test_what_is_published_may_be_published_again(live: PromptPublication) -> None:
    assert _reasons(live, _broken(live, lambda said: None)) == []


_BREAKS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a supporter is asked": (
        lambda said: said["campaigns"][0].update(states=["anonymous", "recurring"]),
        "campaign “spring-appeal” would ask readers who give already (recurring).",
    ),
    "a failing payer is asked": (
        lambda said: said["campaigns"][0].update(states=["payment_failing"]),
        "campaign “spring-appeal” would ask readers who give already (payment_failing).",
    ),
    "no exclusions": (
        lambda said: said.update(exclusions=[]),
        "The bundle has no exclusion rules, so it could ask on any page.",
    ),
    "another schema": (
        lambda said: said.update(schema=2),
        "The bundle is of schema 2; only 1 is known.",
    ),
    "a place that is not there": (
        lambda said: said["campaigns"][0].update(slots=["sidebar"]),
        "campaign “spring-appeal” is for the slot “sidebar”, which does not exist.",
    ),
    "an offer that is not there": (
        lambda said: said.update(offers={}),
        "because the campaign ‘support’ takes no gifts now.",
    ),
    "words that name nothing we know": (
        lambda said: said["campaigns"][0]["variants"][0]["copy"]["uk"].update(title="{name}"),
        "Spring appeal, variant a, edition uk: {name} is no placeholder.",
    ),
}


@pytest.mark.parametrize("case", _BREAKS)
def test_a_break_of_the_policy_is_a_sentence(live: PromptPublication, case: str) -> None:
    change, sentence = _BREAKS[case]

    assert any(sentence in words for words in _reasons(live, _broken(live, change)))


def test_an_exclusion_that_is_gone_or_weaker_needs_new_rules(live: PromptPublication) -> None:
    other = [{"id": "war", "slots": [], "sections": [], "tags": ["war"], "types": []}]
    weaker = [{**published_json(live)["exclusions"][0], "slots": ["header-line"]}]
    for exclusions in (other, weaker):
        body = _broken(live, lambda said, now=exclusions: said.update(exclusions=now))  # type: ignore[misc]
        assert _reasons(live, body) == [
            "The exclusion “deaths” is gone or changed without new approved rules."
        ]
        assert _reasons(live, body, has_new_rules=True) == []


def test_bytes_that_are_no_bundle_are_refused(live: PromptPublication) -> None:
    for body in (b"", b"null", b"[]", b"\xff", b'{"schema":1}'):
        assert len(_reasons(live, body)) == 1, body
