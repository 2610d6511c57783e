"""`prompt_decisions.json`: the cases as data for every evaluator, one bundle and one case a line."""

import json
from pathlib import Path

from tests.vectors import (
    cases_assignment,
    cases_audience,
    cases_frequency,
    cases_page,
    cases_targeting,
    cases_words,
)
from tests.vectors.building import Case

VECTORS = Path(__file__).parent / "prompt_decisions.json"

CASES: tuple[Case, ...] = (
    *cases_page.CASES,
    *cases_audience.CASES,
    *cases_targeting.CASES,
    *cases_frequency.CASES,
    *cases_assignment.CASES,
    *cases_words.CASES,
)


def written() -> str:
    """Return the file's text: {"bundles": {name: bundle}, "cases": [{name, bundle: name, context, expected}]}."""
    names: dict[str, str] = {}
    for case in CASES:
        names.setdefault(_line(case.bundle), f"b{len(names) + 1}")
    bundles = ",\n".join(f"{_line(name)}:{bundle}" for bundle, name in names.items())
    cases = ",\n".join(
        _line(
            {
                "name": case.name,
                "bundle": names[_line(case.bundle)],
                "context": case.context,
                "expected": {"slots": case.expected},
            }
        )
        for case in CASES
    )
    return f'{{"bundles":{{\n{bundles}\n}},\n"cases":[\n{cases}\n]}}\n'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
