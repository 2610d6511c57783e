"""What every report is made of: typed columns, rows that are plain tuples, and control totals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from operator import itemgetter

Value = str | int | Decimal | date | datetime | None
Row = tuple[Value, ...]


class ColumnKind(Enum):
    """How a writer treats a column's values; only TEXT can carry what a reader typed."""

    TEXT = auto()
    DATE = auto()
    INSTANT = auto()  # Aware, in UTC.
    INTEGER = auto()
    MONEY = auto()  # A Decimal in major units with all the decimals of its currency.
    MINOR = auto()  # The same amount as an integer of minor units; a control total is kept of it.


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report. `currency` names the column that an amount's currency stands in."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    currency: str = ""
    is_personal: bool = False


def amount_columns(name: str, *, currency: str) -> tuple[Column, Column]:
    """Return the two columns of one amount: major units to read, minor units to add up."""
    return (
        Column(name, ColumnKind.MONEY, currency=currency),
        Column(f"{name}_minor", ColumnKind.MINOR, currency=currency),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """A report that can be exported.

    `rows` takes the filters as they are stored and yields one value for every column.
    `schema_version` rises whenever a column is added, removed, renamed or changes its meaning.
    """

    name: str
    title: str
    url_name: str
    schema_version: int
    permission: str
    columns: tuple[Column, ...]
    rows: Callable[[Mapping[str, str]], Iterator[Row]]

    def select(
        self, filters: Mapping[str, str], *, include_personal: bool
    ) -> tuple[tuple[Column, ...], Iterator[Row]]:
        """Return the columns and the rows, without the personal ones unless they are asked for."""
        if include_personal:
            return self.columns, self.rows(filters)
        kept = [index for index, column in enumerate(self.columns) if not column.is_personal]
        return tuple(self.columns[index] for index in kept), map(
            itemgetter(*kept), self.rows(filters)
        )


class ControlTotals:
    """Counts the rows of a file and adds up each amount column per currency, in minor units."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        position = {column.name: index for index, column in enumerate(columns)}
        self._sums: list[tuple[str, int, int, dict[str, int]]] = [
            (column.name, index, position[column.currency], {})
            for index, column in enumerate(columns)
            if column.kind is ColumnKind.MINOR
        ]
        self.row_count = 0

    def add(self, row: Row) -> None:
        self.row_count += 1
        for _, amount_at, currency_at, sums in self._sums:
            amount, currency = row[amount_at], row[currency_at]
            if isinstance(amount, int) and isinstance(currency, str):
                sums[currency] = sums.get(currency, 0) + amount

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return `{column: {currency: sum}}`, both in a fixed order."""
        return {name: dict(sorted(sums.items())) for name, _, _, sums in self._sums}
