"""`python -m tests.vectors`: write prompt_decisions.json from the cases.

`python -m tests.vectors fuzz --count 100000 --seed 1`: compare the browser's evaluator with the reference.
"""

import argparse
import json
import sys

from tests.vectors.fuzz import compare
from tests.vectors.writing import CASES, VECTORS, written


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.vectors", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["write", "fuzz"], default="write")
    parser.add_argument("--count", type=int, default=100_000, help="how many page views")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.command == "write":
        VECTORS.write_text(written())
        print(f"{len(CASES)} cases in {VECTORS}")
        return 0
    return _fuzz(asked.count, asked.seed)


def _fuzz(count: int, seed: int) -> int:
    comparison = compare(count, seed)
    for case in comparison.differences:
        print(json.dumps(case, ensure_ascii=False))
    print(f"{comparison.count} page views, {len(comparison.differences)} differences, and in them:")
    for outcome, times in comparison.outcomes.most_common():
        print(f"  {times:>8} {outcome}")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
