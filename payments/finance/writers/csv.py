"""CSV as RFC 4180 has it, in UTF-8, whose text no spreadsheet takes for a formula."""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from datetime import UTC
from io import TextIOWrapper
from typing import Any, BinaryIO

from payments.finance.columns import Column, ColumnKind, Row

# What a spreadsheet may run as a formula, in ASCII and in full width, at the beginning or behind
# white space that an import trims; a tab, CR or LF may end the cell and begin another. A text that
# begins with our own apostrophes before such a character counts too, so that taking exactly one
# apostrophe away always gives the text back.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@|%＝＋－＠]|[\t\r\n])")


def neutralise(text: str) -> str:
    """Return `text` as a cell that stays text: an apostrophe in front of what may be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row]) -> None:
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


def write_csv_with_mark(target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row]) -> None:
    """Write the same with a byte-order mark, without which Excel does not read UTF-8."""
    target.write(BOM_UTF8)
    write_csv(target, columns, rows)


# Numbers and dates are written by us alone and are never changed: a refund keeps its minus sign.
_FORMATS: dict[ColumnKind, Callable[[Any], str | int]] = {
    ColumnKind.TEXT: neutralise,
    ColumnKind.DATE: lambda day: str(day.isoformat()),
    ColumnKind.INSTANT: lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    ColumnKind.INTEGER: int,
    ColumnKind.MONEY: lambda amount: format(amount, "f"),
    ColumnKind.MINOR: int,
}
