"""One unchanging view of the data for as many statements as a report takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read everything as of one instant: REPEATABLE READ on PostgreSQL, one read transaction on SQLite.

    Read only, so that nothing waits for it; what others commit meanwhile is not seen. Within a caller's transaction
    the snapshot is that transaction's.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # A report joins and sorts all its rows, which PostgreSQL's usual 4 MB would send to disk.
            _run("SET LOCAL work_mem = '64MB'")
            yield
    else:
        # Django begins its own transactions as writers, who wait for each other; a reader waits for nobody.
        _run("BEGIN DEFERRED")
        try:
            yield
        finally:
            _run("ROLLBACK")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
