"""What finance reads at the size of a large newspaper: the desk, each report, a month's checks and a month's file.

`BOOKS_PAYMENTS` sets how many payments are on the books (20,000), by a tenth as many supporters, over three years;
`BOOKS_ROUNDS` how often each read is made (20, fewer where they take more than twenty seconds); `BOOKS_PLANS` names a
file for the plan of each read's slowest statement; `BOOKS_READS` measures only the reads with this in their names, and
`BOOKS_LIMIT` is how many seconds one statement may take (300). `BOOKS_KEPT` names a database that is made once and
stays, so that a change is measured on the same books: it is migrated, what the nights would have summed is summed, and
its rows are read again. The tables are not logged, which a read does not notice.
"""

import logging
import os
import sys
import time
from pathlib import Path

import django

PAYMENTS = int(os.environ.get("BOOKS_PAYMENTS", "20000"))
ROUNDS = int(os.environ.get("BOOKS_ROUNDS", "20"))
PLANS = os.environ.get("BOOKS_PLANS", os.devnull)
KEPT = os.environ.get("BOOKS_KEPT", "")
READS = os.environ.get("BOOKS_READS", "")
LIMIT = int(os.environ.get("BOOKS_LIMIT", "300"))
DATABASE = "masthead_bench_books"


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Not measured: these figures want PostgreSQL, named by DATABASE_URL.")
        return 0
    from tests.benchmarks.books_reading import measure, reads
    from tests.benchmarks.books_rows import fill, sum_days, sum_givers
    from tests.benchmarks.databases import kept_database, own_database

    logging.disable(logging.WARNING)
    books = kept_database(KEPT) if KEPT else own_database(DATABASE)
    with books as is_new, Path(PLANS).open("w") as plans:
        began = time.perf_counter()
        if is_new:
            fill(PAYMENTS)
            print(f"about {PAYMENTS:,} payments, made in {time.perf_counter() - began:.0f} s")
        sum_days()
        sum_givers()
        found = {name: act for name, act in reads().items() if READS in name}
        measure(found, rounds=ROUNDS, limit=LIMIT, told=lambda plan: print(plan, file=plans))
    return 0


if __name__ == "__main__":
    sys.exit(main())
