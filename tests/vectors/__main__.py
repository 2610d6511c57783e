"""`python -m tests.vectors`: write prompt_decisions.json from the cases."""

import sys

from tests.vectors.writing import CASES, VECTORS, written


def main() -> int:
    VECTORS.write_text(written())
    print(f"{len(CASES)} cases in {VECTORS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
