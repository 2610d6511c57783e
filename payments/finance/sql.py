"""Rows as PostgreSQL itself can write them: each column an expression, each row a line of CSV."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from payments.currencies import KNOWN
from payments.finance.columns import Column, ColumnKind
from payments.money import exponent

Expression = Callable[[str], str]
# As psycopg hands it out, in C or in Python.
Line = bytes | memoryview


@dataclass(frozen=True, slots=True)
class SqlRows:
    """A report's rows in PostgreSQL's SQL.

    `source` stands behind FROM, with `params` for its placeholders; `expressions` gives every column that is not MONEY
    (those are made of their `_minor` column) in the type of its kind; `order` is the report's own order. `codes` names
    the text columns that only ever hold a code of ours or of Stripe's, which begins with a letter or digit.
    """

    source: str
    params: tuple[Any, ...]
    expressions: Mapping[str, str]
    order: str
    codes: frozenset[str] = frozenset()


def copied_lines(
    rows: SqlRows, columns: tuple[Column, ...], texts: Mapping[ColumnKind, Expression]
) -> Iterator[Line]:
    """Yield each row as a line of PostgreSQL's CSV, which ends in LF; NULL is nothing, an empty text is `""`.

    `texts` wraps the expressions of a kind. Only within a transaction, and to be read to its end or closed.
    """
    # Imported late: an installation on SQLite needs no driver of PostgreSQL's.
    from psycopg import ClientCursor  # noqa: PLC0415

    chosen = ", ".join(_expression(column, rows, texts) for column in columns)
    query = f"SELECT {chosen} FROM {rows.source} ORDER BY {rows.order}"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        statement = ClientCursor(connection.connection).mogrify(query, rows.params)
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy:
            yield from copy


def _expression(column: Column, rows: SqlRows, texts: Mapping[ColumnKind, Expression]) -> str:
    if column.kind is ColumnKind.MONEY:
        minor = rows.expressions[f"{column.name}_minor"]
        return _major(minor, rows.expressions[column.currency])
    wrap = None if column.name in rows.codes else texts.get(column.kind)
    return wrap(rows.expressions[column.name]) if wrap else rows.expressions[column.name]


def _major(minor: str, currency: str) -> str:
    """Return an amount in major units with all the decimals of its currency, as NUMERIC.

    A factor's decimals become the product's, so that 5 * 0.01 prints as 0.05 and 500 * 0.01 as 5.00.
    """
    cases = "".join(
        f" WHEN {currency} IN ({_codes(decimals)}) THEN {factor}"
        for decimals, factor in ((0, f"({minor})::numeric"), (3, f"({minor}) * 0.001"))
    )
    return f"CASE WHEN {currency} IS NULL THEN NULL{cases} ELSE ({minor}) * 0.01 END"


def _codes(decimals: int) -> str:
    return ", ".join(f"'{code}'" for code in sorted(KNOWN) if exponent(code) == decimals)
