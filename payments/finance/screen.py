"""Rows and sums as a page shows them: only the columns meant for reading, in the words and figures of a reader."""

import heapq
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, overload
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format

from payments.finance.columns import Column, ColumnKind, Figures, Row, Value
from payments.finance.selections import Filters
from payments.money import Money

# Rows of one query that are held in memory at a time.
_CHUNK = 500
_NUMBERS = (ColumnKind.INTEGER, ColumnKind.MONEY, ColumnKind.SHARE, ColumnKind.MINOR)


@dataclass(frozen=True, slots=True)
class Heading:
    """Above a column; `is_number` sets it to the right."""

    words: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in words, or an amount of `minor` units of the currency `unit`; `address` is where the cell leads."""

    text: str
    minor: int | None = None
    is_number: bool = False
    is_whole: bool = False
    unit: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class SumTable:
    """The sums of the amounts that stand in the same currencies: one line a currency."""

    headings: list[str]
    lines: list[tuple[str, list[int]]]


class QueryRows(Sequence[Row]):
    """The rows of a query as a sequence that fetches only the slice asked for.

    `count` says how many there are where that is known without counting them.
    """

    def __init__(
        self,
        query: QuerySet[Any, Any],
        row: Callable[[Any], Row],
        *,
        count: Callable[[], int] | None = None,
    ) -> None:
        self._query = query
        self._row = row
        self._count = count or query.count

    def __len__(self) -> int:
        return self._count()

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(values) for values in self._query[index]]
        return self._row(self._query[index])


class FiguredRows(Sequence[Row], ABC):
    """Rows whose control totals are known with how many there are, so that a page need not ask for them again."""

    @property
    @abstractmethod
    def figures(self) -> Figures: ...


class MergedRows(Sequence[Row]):
    """The rows of several queries as one sequence, each ordered from the largest `key` to the smallest.

    How many there are is for a subclass to say.
    """

    def __init__(
        self,
        queries: Sequence[QuerySet[Any, Any]],
        key: Callable[[Any], Any],
        row: Callable[[Any], Row],
    ) -> None:
        self._queries = queries
        self._key = key
        self._row = row

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if not isinstance(index, slice):
            return self[index : index + 1][0]
        # Each query is asked for as many rows as there could be of it up to the last one that is wanted.
        parts = [query[: index.stop].iterator(_CHUNK) for query in self._queries]
        merged = heapq.merge(*parts, key=self._key, reverse=True)
        return [self._row(values) for values in islice(merged, index.start, index.stop)]


def shown_columns(columns: Iterable[Column], *, with_personal: bool) -> list[Column]:
    """Return the columns that the screen has."""
    return [
        column
        for column in columns
        if column.is_shown and (with_personal or not column.is_personal)
    ]


def headings(columns: Iterable[Column]) -> list[Heading]:
    return [Heading(column.words, column.kind in _NUMBERS) for column in columns]


def cells(
    rows: Iterable[Row],
    columns: tuple[Column, ...],
    shown: Iterable[Column],
    *,
    filters: Filters,
    zone: ZoneInfo,
) -> list[list[Cell]]:
    """Return each row's cells; instants are told in `zone`."""
    names = [column.name for column in columns]
    lines = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        lines.append([_cell(column, values, filters, zone) for column in shown])
    return lines


def _cell(column: Column, values: dict[str, Value], filters: Filters, zone: ZoneInfo) -> Cell:
    value = values[column.name]
    if value is None or value == "":
        return Cell("", is_number=column.kind in _NUMBERS)
    currency = str(values[column.currency] or "") if column.currency else ""
    minor = (
        Money.from_decimal(value, currency).minor
        if isinstance(value, Decimal) and currency
        else None
    )
    return Cell(
        _words(column, value, zone),
        minor=minor,
        is_number=column.kind in _NUMBERS,
        is_whole=column.is_whole or column.kind in (ColumnKind.DATE, ColumnKind.INSTANT),
        unit=currency,
        address=column.link(values, filters) if column.link else "",
    )


def _words(column: Column, value: Value, zone: ZoneInfo) -> str:
    match column.kind, value:
        case ColumnKind.INSTANT, datetime():
            return date_format(value.astimezone(zone), "j M Y, H:i")
        case ColumnKind.DATE, date():
            return date_format(value, "j M Y")
        case ColumnKind.SHARE, Decimal():
            return f"{value * 100:.1f} %"
        case ColumnKind.INTEGER, int():
            return f"{value:,}".replace("-", "\N{MINUS SIGN}")
    return column.labels.get(str(value), str(value))


def sum_tables(columns: tuple[Column, ...], figures: Figures) -> list[SumTable]:
    """Return what the amounts add up to, the columns of one currency column side by side."""
    groups: dict[str, list[Column]] = {}
    for column in columns:
        if column.kind is ColumnKind.MINOR and column.is_summed:
            groups.setdefault(column.currency, []).append(column)
    tables = []
    for members in groups.values():
        sums = [figures.sums.get(column.name, {}) for column in members]
        currencies = sorted({currency for each in sums for currency in each})
        lines = [(currency, [each.get(currency, 0) for each in sums]) for currency in currencies]
        tables.append(SumTable([column.words for column in members], lines))
    return [table for table in tables if table.lines]
