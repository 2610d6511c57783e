"""What every report is made of: typed columns, rows that are plain tuples, and control totals."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from payments.money import exponent

Value = str | int | Decimal | date | datetime | None
Row = tuple[Value, ...]
# From a row's values by column and the report's filters to an address; empty for none.
Link = Callable[[Mapping[str, Value], Mapping[str, str]], str]


class ColumnKind(Enum):
    """How a writer treats a column's values; only TEXT can carry what a reader typed."""

    TEXT = auto()
    DATE = auto()
    INSTANT = auto()  # Aware, in UTC.
    INTEGER = auto()
    SHARE = auto()  # A Decimal from 0 to 1 (or above), with at most six decimals.
    MONEY = auto()  # A Decimal in major units with all the decimals of its currency.
    MINOR = auto()  # The same amount as an integer of minor units; a control total is kept of it.


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report. `currency` names the column that an amount's currency stands in.

    `is_shown` is for the screen: a file always has every column. `heading` stands above it there, and `link` leads from
    its cell to the rows or the object behind it; `labels` are the words for values that are codes in the file.
    `is_summed` is False where a sum means nothing, as of balances; `is_whole` keeps a reference on one line.
    """

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    currency: str = ""
    is_personal: bool = False
    heading: str = ""
    is_shown: bool = True
    is_summed: bool = True
    is_whole: bool = False
    link: Link | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The heading, made of the name where none is given."""
        return self.heading or self.name.replace("_", " ").capitalize()


def amount_columns(name: str, *, currency: str, **screen: Any) -> tuple[Column, Column]:
    """Return the two columns of one amount: major units to read, minor units to add up.

    `screen` are further fields of Column: heading, is_shown, is_summed, link.
    """
    screen = {"heading": name.replace("_", " ").capitalize(), **screen}
    major = Column(name, ColumnKind.MONEY, currency=currency, **screen)
    minor = replace(major, name=f"{name}_minor", kind=ColumnKind.MINOR, is_shown=False, link=None)
    return major, minor


def amount(minor: int | None, currency: str | None) -> tuple[Decimal | None, int | None]:
    """Return the values of an amount's two columns."""
    if minor is None or currency is None:
        return None, None
    return Decimal(minor).scaleb(-exponent(currency)), minor


@dataclass(frozen=True, slots=True)
class Figures:
    """What proves a set of rows: how many, and per amount column and currency their sum in minor units.

    `fingerprint` is besides a text that changes whenever the rows do.
    """

    row_count: int
    sums: dict[str, dict[str, int]] = field(default_factory=dict)
    fingerprint: str = field(default="", compare=False)

    @property
    def state(self) -> str:
        """A SHA-256 in hexadecimal digits that is the same only while the rows are."""
        parts = [self.row_count, self.sums, self.fingerprint]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class ControlTotals:
    """Counts rows as they pass and adds up each amount column per currency, in minor units.

    With `reads_all` every value goes into the figures' fingerprint, which is for few rows.
    """

    def __init__(self, columns: tuple[Column, ...], *, reads_all: bool = False) -> None:
        position = {column.name: index for index, column in enumerate(columns)}
        self._sums: list[tuple[str, int, int, dict[str, int]]] = [
            (column.name, index, position[column.currency], {})
            for index, column in enumerate(columns)
            if column.kind is ColumnKind.MINOR
        ]
        self._digest = hashlib.sha256() if reads_all else None
        self.row_count = 0

    def add(self, row: Row) -> None:
        self.row_count += 1
        if self._digest is not None:
            self._digest.update(repr(row).encode())
        for _, amount_at, currency_at, sums in self._sums:
            minor, currency = row[amount_at], row[currency_at]
            if isinstance(minor, int) and isinstance(currency, str):
                sums[currency] = sums.get(currency, 0) + minor

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return `{column: {currency: sum}}`, both in a fixed order."""
        return {name: dict(sorted(sums.items())) for name, _, _, sums in self._sums}

    def figures(self) -> Figures:
        fingerprint = self._digest.hexdigest() if self._digest is not None else ""
        return Figures(self.row_count, self.as_json(), fingerprint)
