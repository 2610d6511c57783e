"""Files of the gift register beside psql's COPY of the same columns, in rows per second and resident memory.

`EXPORT_ROWS` sets how many gifts there are (a million); the workbook is of a few days of them. Each file is written by
a process of its own, each round in turn with COPY, which writes the stored values as they are: no decimals, no dates of
the newspaper's zone, nothing made safe for spreadsheets.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

GIFTS = int(os.environ.get("EXPORT_ROWS", "1000000"))
ROUNDS = int(os.environ.get("EXPORT_ROUNDS", "3"))
DATABASE = "masthead_bench_exports"
Run = dict[str, float]


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Not measured: these figures want PostgreSQL, named by DATABASE_URL.")
        return 0
    from tests.benchmarks.databases import own_database
    from tests.benchmarks.exports_books import fill
    from tests.factories import NOON

    with own_database(DATABASE):
        began = time.perf_counter()
        fill(GIFTS)
        print(
            f"{GIFTS:,} gifts, made in {time.perf_counter() - began:.0f} s; {ROUNDS} rounds in turn, medians"
        )
        statement = _plain_copy()
        copies: list[Run] = []
        files: dict[str, list[Run]] = {"csv": [], "parquet": []}
        for _ in range(ROUNDS):
            copies.append(_psql(statement))
            for name, runs in files.items():
                runs.append(_write(name, ""))
        some = str((NOON - timedelta(days=18)).date())
        files["xlsx"] = [_write("xlsx", some)]
    rate = _rate(copies)
    print(f"  {'psql COPY, stored values':<26}{rate:>10,.0f} rows/s")
    for name, runs in files.items():
        print(
            f"  {name:<26}{_rate(runs):>10,.0f} rows/s, {_rate(runs) / rate:5.2f} × COPY; {runs[0]['rows']:,} rows, "
            f"{runs[0]['size'] / 1e6:,.0f} MB; resident {max(run['peak'] for run in runs) / 1024:.0f} MB at the "
            f"highest, {runs[0]['before'] / 1024:.0f} MB before"
        )
    return 0


def _plain_copy() -> str:
    """The register's columns as they are stored, in the register's order."""
    from django.db import connection
    from psycopg import ClientCursor

    from payments.finance.columns import ColumnKind
    from payments.finance.tables.gift_register import GIFT_REGISTER

    assert GIFT_REGISTER.sql is not None
    rows = GIFT_REGISTER.sql({"entity": "courier"})
    names = [
        f"{column.name}_minor" if column.kind is ColumnKind.MONEY else column.name
        for column in GIFT_REGISTER.columns
    ]
    stored = {"date": 'r."row_at"', "period": 'r."row_at"'}
    chosen = ", ".join(
        stored.get(name, rows.expressions[name].removesuffix("::text")) for name in names
    )
    query = f"SELECT {chosen} FROM {rows.source} ORDER BY {rows.order}"  # noqa: S608  our own names
    return f"COPY ({ClientCursor(connection.connection).mogrify(query, rows.params)}) TO STDOUT (FORMAT csv)"


def _psql(statement: str) -> Run:
    began = time.perf_counter()
    with Path("/dev/null").open("wb") as nowhere:
        command = ["psql", "-q", _address(), "-c", statement]
        subprocess.run(command, stdout=nowhere, check=True)
    return {"rows": GIFTS + 1, "seconds": time.perf_counter() - began}


def _write(format_: str, first: str) -> Run:
    command = [sys.executable, "-m", "tests.benchmarks.exports_run", format_, first]
    environment = {**os.environ, "DATABASE_URL": _address()}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    run: Run = json.loads(done.stdout)
    return run


def _address() -> str:
    from django.db import connection

    settings = connection.settings_dict
    return f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"


def _rate(runs: list[Run]) -> float:
    return statistics.median(run["rows"] / run["seconds"] for run in runs)


if __name__ == "__main__":
    sys.exit(main())
