"""One set of cases, two evaluators: the Python rules and prompts.js decide alike, and the script stays small."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from membership.prompts.rules.bundle import parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import decide_page

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/prompt_decisions.json").read_text())
RUNNER = ROOT / "tests/vectors/run_prompts.js"
STATIC = ROOT / "membership/static/membership"

# What an article view may cost. The view is only loaded where a prompt is shown, the others still more seldom.
LARGEST = {
    "prompts.js": 6144,
    "prompts-view.js": 4608,
    "prompts-bundle.js": 1024,
    "prompts-why.js": 2048,
    "prompts.css": 2560,
}


def _by_python() -> list[dict[str, Any]]:
    bundles = {name: parse_bundle(bundle) for name, bundle in VECTORS["bundles"].items()}
    return [
        {
            "slots": [
                slot.as_json()
                for slot in decide_page(bundles[case["bundle"]], parse_context(case["context"]))
            ]
        }
        for case in VECTORS["cases"]
    ]


def _by_browser_script() -> list[dict[str, Any]]:
    lines = "".join(
        json.dumps({"bundle": VECTORS["bundles"][case["bundle"]], "context": case["context"]})
        + "\n"
        for case in VECTORS["cases"]
    )
    node = shutil.which("node") or ""
    run = subprocess.run(
        [node, str(RUNNER)], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def _assert_all(decisions: list[dict[str, Any]]) -> None:
    cases = VECTORS["cases"]
    assert len(decisions) == len(cases) > 100
    wrong = {
        case["name"]: decision
        for case, decision in zip(cases, decisions, strict=True)
        if decision != case["expected"]
    }
    assert wrong == {}


def test_python_decides_every_case_as_it_says() -> None:
    _assert_all(_by_python())


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed; CI has it")
def test_the_browser_script_decides_every_case_as_it_says() -> None:
    _assert_all(_by_browser_script())


@pytest.mark.parametrize("name", LARGEST)
def test_what_a_page_loads_stays_small(name: str) -> None:
    packed = gzip.compress((STATIC / name).read_bytes(), 9)
    assert len(packed) <= LARGEST[name]
