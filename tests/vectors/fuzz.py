"""The differential fuzz: the browser's evaluator, run in Node, against the reference, on random page views."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryFile

from membership.prompts.rules.bundle import parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import decide_page
from tests.vectors.building import Json
from tests.vectors.hostile import hostile_bundle, hostile_context

RUNNER = Path(__file__).parent / "run_prompts.js"
SCRIPT = Path(__file__).parents[2] / "membership/static/membership/prompts.js"

# So many page views are decided by one bundle before another is drawn.
VIEWS_PER_BUNDLE = 25


@dataclass(slots=True)
class Comparison:
    """How often both evaluators were asked, what they said, and where they differed."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[Json] = field(default_factory=list)


def cases(count: int, seed: int) -> Iterator[Json]:
    """Yield `count` cases {bundle, context, expected}; the same seed yields the same."""
    draw = Random(seed)
    for number in range(count):
        if number % VIEWS_PER_BUNDLE == 0:
            source = hostile_bundle(draw)
            rules = parse_bundle(source)
        context = hostile_context(draw, source)
        decisions = decide_page(rules, parse_context(context))
        expected = {"slots": [decision.as_json() for decision in decisions]}
        yield {"bundle": source, "context": context, "expected": expected}


def compare(count: int, seed: int, *, most_differences: int = 20) -> Comparison:
    """Return what Node and Python say of the same cases; raises RuntimeError when Node cannot run the script.

    The cases lie in a file, so that Node runs at its own speed while they are drawn a second time to be compared.
    """
    comparison = Comparison()
    with TemporaryFile("w+") as asked:
        for case in cases(count, seed):
            # ASCII: Node ends a line at U+2028 too.
            print(json.dumps({name: case[name] for name in ("bundle", "context")}), file=asked)
        asked.seek(0)
        answers = _answers(asked.fileno())
        for case, answer in zip(cases(count, seed), answers, strict=True):
            comparison.count += 1
            for slot in case["expected"]["slots"]:
                comparison.outcomes.update([slot["reason"].partition(":")[0]])
                comparison.outcomes.update({outcome for _campaign, outcome in slot["trace"]})
            found = json.loads(answer)
            if found["slots"] != case["expected"]["slots"]:
                comparison.differences.append({**case, "found": found})
                if len(comparison.differences) >= most_differences:
                    break
    return comparison


def node() -> str | None:
    """Return the path of Node, or None where there is none or no script to run."""
    return shutil.which("node") if SCRIPT.exists() and RUNNER.exists() else None


def _answers(asked: int) -> list[str]:
    path = node()
    if path is None:
        raise RuntimeError(f"Node, {SCRIPT.name} and {RUNNER.name} are needed to compare.")
    ran = subprocess.run(
        [path, str(RUNNER)], stdin=asked, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"Node could not run the script: {ran.stderr[-2_000:]}")
    # Not splitlines(), which ends a line at U+2028 too.
    return ran.stdout.removesuffix("\n").split("\n")
