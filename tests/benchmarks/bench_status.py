"""How soon a status follows its fact, what the sweep of due statuses costs, and what portal pages ask.

`STATUS_SUPPORTERS` sets how many supporters the sweep stands before (a million; five payments each). The webhook's way
is measured with a real web server, worker and broker, started by the documented commands.
"""

import os
import sys

import django

SUPPORTERS = int(os.environ.get("STATUS_SUPPORTERS", "1000000"))
DATABASE = "masthead_bench_status"


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Not measured: these figures want PostgreSQL, named by DATABASE_URL.")
        return 0
    from tests.benchmarks.databases import own_database
    from tests.benchmarks.status_pages import count_queries
    from tests.benchmarks.status_sweep import measure_sweep
    from tests.benchmarks.status_webhooks import measure_webhooks

    with own_database(DATABASE):
        count_queries()
    print()
    with own_database(DATABASE):
        measure_sweep(SUPPORTERS)
    print()
    if not os.environ.get("REDIS_URL"):
        print("From webhook to status: not measured, because it wants Redis, named by REDIS_URL.")
        return 0
    with own_database(DATABASE):
        measure_webhooks()
    return 0


if __name__ == "__main__":
    sys.exit(main())
