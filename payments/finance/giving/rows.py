"""Rows of statements that are too many to hold: a few at a time, or only those of a page."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, overload
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime

from payments.donations.giving.sql import Sql
from payments.finance.columns import Figures, Row
from payments.finance.screen import FiguredRows
from payments.finance.snapshot import one_snapshot

_CHUNK = 2000


class StatementRows(FiguredRows):
    """The rows of an ordered statement as a sequence that fetches only the slice asked for.

    `row` makes a report's row of one of the database's, and `figures` adds all up, which also tells how many there are.
    """

    def __init__(
        self,
        statement: Callable[[], Sql],
        row: Callable[[tuple[Any, ...]], Row],
        figures: Callable[[], Figures],
    ) -> None:
        self._statement = statement
        self._row = row
        self._figures = figures

    @cached_property
    def figures(self) -> Figures:
        with one_snapshot():
            return self._figures()

    def __len__(self) -> int:
        return self.figures.row_count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if not isinstance(index, slice):
            return self[index : index + 1][0]
        start, stop, _ = index.indices(len(self))
        if start >= stop:
            return []
        with one_snapshot():
            statement = self._statement()
            rows = fetched(
                Sql(
                    f"{statement.text} LIMIT %s OFFSET %s", (*statement.params, stop - start, start)
                )
            )
        return [self._row(row) for row in rows]


def fetched(statement: Sql) -> Sequence[tuple[Any, ...]]:
    """Return all rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows


def streamed(statement: Sql) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, a few of them in memory at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def as_uuid(value: UUID | str) -> UUID:
    """Return a reference as PostgreSQL or SQLite gives it out."""
    return value if isinstance(value, UUID) else UUID(value)


def as_instant(value: datetime | str) -> datetime:
    """Return a time as PostgreSQL or SQLite gives it out."""
    told = parse_datetime(value) if isinstance(value, str) else value
    if told is None:
        raise ValueError(f"{value} is no time.")
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def joined(text: str) -> str:
    """Return SQL that puts the texts of a group one after another in any order, with commas between them."""
    if connection.vendor == "postgresql":
        return f"STRING_AGG({text}, ',')"
    return f"GROUP_CONCAT({text}, ',')"


def digest(text: str) -> str:
    """Return SQL for a number made of a text: their sum changes when any of the texts does, whatever their order."""
    if connection.vendor == "postgresql":
        return f"HASHTEXTEXTENDED({text}, 0)"
    places = (f"UNICODE(SUBSTR(MD5({text}), {place}, 1)) * {131**place}" for place in range(1, 7))
    return f"({' + '.join(places)})"
