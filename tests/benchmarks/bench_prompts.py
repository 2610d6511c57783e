"""Prompts that the server decides, in requests per second: against a bare Django view, and against a static file.

One granian process serves the whole application, with forty campaigns; nginx stands before it with the configuration
that is shipped, and serves a file of the same bytes beside it. Everything is measured in one run, in turn.
"""

import shutil
import sys

import django

DATABASE = "masthead_bench_prompts"


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Not measured: these figures want PostgreSQL (DATABASE_URL).")
        return 0
    if not shutil.which("wrk"):
        print("Not measured: wrk is not installed.")
        return 0
    from tests.benchmarks.databases import own_database
    from tests.benchmarks.prompts_rate import measure

    with own_database(DATABASE):
        measure()
    return 0


if __name__ == "__main__":
    sys.exit(main())
