"""One unchanging view of the data for as many statements as a report takes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction

T = TypeVar("T")


class Snapshot:
    """What is read while it lasts is of one instant. `name` lets another session of PostgreSQL see the same."""

    def __init__(self, name: str = "", pool: ThreadPoolExecutor | None = None) -> None:
        self._name = name
        self._pool = pool

    def beside(self, read: Callable[[], T]) -> "Future[T]":
        """Read something else of the same instant while this session is busy, where the database can; else at once."""
        if self._pool is not None:
            return self._pool.submit(_in_own_session, self._name, read)
        done: Future[T] = Future()
        done.set_result(read())
        return done


@contextmanager
def one_snapshot() -> Iterator[Snapshot]:
    """Read everything as of one instant: REPEATABLE READ on PostgreSQL, one read transaction on SQLite.

    Read only, so that nothing waits for it; what others commit meanwhile is not seen. Within a caller's transaction
    the snapshot is that transaction's, and within another snapshot it is that one.
    """
    if connection.in_atomic_block or _is_reading():
        yield Snapshot()
    elif connection.vendor == "postgresql":
        # The pool ends last to begin: a session beside ends before the transaction whose snapshot it sees.
        with transaction.atomic(), ThreadPoolExecutor(1) as pool:
            _begin_reading()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                [name] = cursor.fetchone()
            yield Snapshot(name, pool)
    else:
        # Django begins its own transactions as writers, who wait for each other; a reader waits for nobody.
        _run("BEGIN DEFERRED")
        try:
            yield Snapshot()
        finally:
            _run("ROLLBACK")


def _is_reading() -> bool:
    """Say whether this session of SQLite is within a snapshot, which Django does not know of."""
    session = connection.connection
    return connection.vendor == "sqlite" and session is not None and session.in_transaction


def _in_own_session(snapshot: str, read: Callable[[], T]) -> T:
    try:
        with transaction.atomic():
            _begin_reading(snapshot)
            return read()
    finally:
        connection.close()


def _begin_reading(snapshot: str = "") -> None:
    _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    if snapshot:
        _run(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    # A report joins and sorts all its rows, which PostgreSQL's usual 4 MB would send to disk.
    _run("SET LOCAL work_mem = '64MB'")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
