"""CSV as RFC 4180 has it, in UTF-8, whose text no spreadsheet takes for a formula."""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from datetime import UTC
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO

from payments.finance.columns import Column, ColumnKind, Row
from payments.finance.sql import Expression, SqlRows, copied_lines
from payments.finance.writers.base import About

# Everything that Unicode calls white space, written out because Python and PostgreSQL differ in what `\s` is.
_SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# What a spreadsheet may run as a formula, in ASCII and in full width, at the beginning or behind
# white space that an import trims; a tab, CR or LF may end the cell and begin another. A text that
# begins with our own apostrophes before such a character counts too, so that taking exactly one
# apostrophe away always gives the text back. Python and PostgreSQL read this pattern alike.
_PATTERN = f"^'*([{_SPACES}]*[-=+@|%＝＋－＠]|[\t\r\n])"
_FORMULA = re.compile(_PATTERN)

_LINES_AT_A_TIME = 2000


def neutralise(text: str) -> str:
    """Return `text` as a cell that stays text: an apostrophe in front of what may be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(
    target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row], about: About
) -> None:
    """Write a header of column names and then the rows; no value is an empty field."""
    formats = [_FORMATS[column.kind] for column in columns]
    text = TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    writer.writerows(
        [None if value is None else write(value) for write, value in zip(formats, row, strict=True)]
        for row in rows
    )
    # Leave the caller's file open.
    text.detach()


def write_csv_with_mark(
    target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row], about: About
) -> None:
    """Write the same with a byte-order mark, without which Excel does not read UTF-8."""
    target.write(BOM_UTF8)
    write_csv(target, columns, rows, about)


def copy_csv(
    target: BinaryIO,
    columns: tuple[Column, ...],
    rows: SqlRows,
    about: About,
    tick: Callable[[int], None],
) -> int:
    """Write what `write_csv` writes, byte for byte, from PostgreSQL's COPY; returns the number of rows."""
    target.write(",".join(column.name for column in columns).encode() + b"\r\n")
    count = 0
    copied = copied_lines(rows, columns, _EXPRESSIONS)
    while lines := list(islice(copied, _LINES_AT_A_TIME)):
        # PostgreSQL ends a line with LF alone.
        target.write(b"\r\n".join([line[:-1] for line in lines]) + b"\r\n")
        count += len(lines)
        tick(count)
    return count


def copy_csv_with_mark(
    target: BinaryIO,
    columns: tuple[Column, ...],
    rows: SqlRows,
    about: About,
    tick: Callable[[int], None],
) -> int:
    target.write(BOM_UTF8)
    return copy_csv(target, columns, rows, about, tick)


def _neutral(text: str) -> str:
    """Say `neutralise` in SQL; an empty text is no value, as in a file there is no difference.

    Most texts begin with a digit or letter, which is looked at first because it costs a tenth of the pattern.
    """
    pattern = _PATTERN.replace("'", "''").replace("%", "%%")
    return (
        f"CASE WHEN ascii({text}) BETWEEN 48 AND 60 OR ascii({text}) BETWEEN 65 AND 123 THEN {text} "
        f"WHEN {text} ~ '{pattern}' THEN '''' || {text} ELSE NULLIF({text}, '') END"
    )


# Numbers and dates are written by us alone and are never changed: a refund keeps its minus sign.
_FORMATS: dict[ColumnKind, Callable[[Any], str | int]] = {
    ColumnKind.TEXT: neutralise,
    ColumnKind.DATE: lambda day: str(day.isoformat()),
    ColumnKind.INSTANT: lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    ColumnKind.INTEGER: int,
    ColumnKind.SHARE: lambda share: format(share, "f"),
    ColumnKind.MONEY: lambda amount: format(amount, "f"),
    ColumnKind.MINOR: int,
}
_EXPRESSIONS: dict[ColumnKind, Expression] = {
    ColumnKind.TEXT: _neutral,
    ColumnKind.INSTANT: lambda at: (
        f"""to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    ),
}
