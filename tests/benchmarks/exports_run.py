"""One file of the gift register in a process of its own: `python -m tests.benchmarks.exports_run FORMAT LAST_DAY`.

Prints rows, seconds, bytes, and the resident memory before and at the highest, in JSON.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import django


def main() -> None:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from payments.finance.orders import Asking, ExportOrder, Origin
    from payments.finance.writing import write_report

    format_, first = sys.argv[1:]
    connection.ensure_connection()
    order = ExportOrder(
        "gift_register", format_, {"entity": "courier", "first": first}, include_personal=True
    )
    origin = Origin(order, Asking("bench", timezone.now(), 2), timezone.now())
    before = _resident("VmRSS")
    with TemporaryFile() as file:
        began = time.perf_counter()
        figures = write_report(origin, cast(BinaryIO, file), watch=lambda rows, expected: None)
        seconds = time.perf_counter() - began
        size = file.seek(0, 2)
    print(
        json.dumps(
            {
                "rows": figures.row_count,
                "seconds": seconds,
                "size": size,
                "before": before,
                "peak": _resident("VmHWM"),
            }
        )
    )


def _resident(name: str) -> int:
    """Kilobytes, of this program alone: what its parent held before is not in it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


if __name__ == "__main__":
    main()
