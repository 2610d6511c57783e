"""`python -m tests.benchmarks [NAME …]`: run the measurements one after another and print their figures.

Each `bench_<name>.py` has a `main()` that prints a table with its own ratios; nothing here asserts a time.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def calibrate() -> float:
    """Return how many million steps per second a fixed pure-Python loop makes: the yardstick beside absolute rates."""
    began = time.perf_counter()
    total = 0
    for number in range(5_000_000):
        total += number & 7
    return 5 / (time.perf_counter() - began)


def main() -> int:
    names = sys.argv[1:] or sorted(
        path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py")
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    failed = []
    for name in names:
        print(f"\n## {name} (calibration loop: {calibrate():.1f} M steps/s)\n", flush=True)
        module = f"tests.benchmarks.bench_{name}"
        if subprocess.run([sys.executable, "-m", module], env=environment, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nNot measured: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
