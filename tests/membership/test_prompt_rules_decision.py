"""The reference evaluator answers every case as it was stated by hand, and so does everything that is written of it."""

import json
import re
from pathlib import Path

from membership.prompts.rules.audiences import ASKABLE, ReaderState
from membership.prompts.rules.bundle import parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import FILTERS, PAGE_FILTERS, decide_page
from membership.supporters.models import SupporterState
from membership.supporters.status import ASKABLE as ASKABLE_STATUSES
from tests.vectors.writing import CASES, VECTORS, written

ROOT = Path(__file__).resolve().parents[2]


def test_every_case_is_decided_as_it_was_stated() -> None:
    wrong = {}
    for case in CASES:
        decisions = decide_page(parse_bundle(case.bundle), parse_context(case.context))
        found = [decision.as_json() for decision in decisions]
        if found != case.expected:
            wrong[case.name] = found
    assert wrong == {}


def test_no_two_cases_have_the_same_name() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_every_filter_is_passed_in_one_case_and_failed_in_another() -> None:
    failed, passed = set[str](), set[str]()
    ids = [item.id for item in FILTERS]
    for case in CASES:
        for slot in case.expected:
            failed.add(slot["reason"])
            for _campaign, outcome in slot["trace"]:
                failed.add(outcome)
                passed.update(ids[: ids.index(outcome)] if outcome in ids else ids)
    assert passed == set(ids)
    assert {*ids, *(item.id for item in PAGE_FILTERS)} <= failed


def test_the_file_of_vectors_is_what_the_cases_say() -> None:
    assert VECTORS.read_text() == written(), "run `python -m tests.vectors`"
    assert len(json.loads(VECTORS.read_text())["cases"]) == len(CASES)


def test_the_states_are_those_of_a_supporters_status() -> None:
    assert {state.value for state in ReaderState} == set(SupporterState.values)
    assert {state.value for state in ASKABLE} == {state.value for state in ASKABLE_STATUSES}


def test_the_documentation_names_every_filter_in_order_and_shows_a_true_context() -> None:
    text = (ROOT / "docs/prompts.md").read_text()
    table = text[text.index("| Filter |") : text.index("“Asks”")]
    named = re.findall(
        r"`([a-z_]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:] if row)
    )
    [example] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)

    assert named == [item.id for item in FILTERS]
    assert all(f"`{item.id}`" in text for item in PAGE_FILTERS)
    assert parse_context(json.loads(example)).page.id == "harbour-lights"
