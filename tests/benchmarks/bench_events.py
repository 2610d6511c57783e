"""Prompt events per second: through the WSGI short cut in this process, under granian, and out into hourly counts.

One granian process serves the whole application; wrk posts beacons of one event and of twenty, each from an address of
its own as a proxy would name it, into Redis. A bare Django view of the same application is measured in the same run.
"""

import os
import sys

import django

DATABASE = "masthead_bench_events"


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql" or not os.environ.get("REDIS_URL"):
        print("Not measured: these figures want PostgreSQL and Redis (DATABASE_URL, REDIS_URL).")
        return 0
    from tests.benchmarks.databases import own_database
    from tests.benchmarks.events_folding import measure_folding
    from tests.benchmarks.events_rate import measure_calls, measure_server

    with own_database(DATABASE):
        measure_calls()
        print()
        measure_server()
        print()
        measure_folding()
    return 0


if __name__ == "__main__":
    sys.exit(main())
