"""XLSX: typed cells, text that stays text, as many sheets as the rows need, and a sheet that tells what they are."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from payments.finance.columns import Column, ColumnKind, Row, Value
from payments.finance.writers.base import About
from payments.money import exponent

# What the format itself allows.
SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
# A spreadsheet's number is a double, which is exact for this many digits.
_EXACT_DIGITS = 15

_NARROW, _WIDE = 12, 28

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}


class CellTooLong(ValueError):
    """A text does not fit a cell of a spreadsheet; in CSV and Parquet it does."""


def write_xlsx(
    target: BinaryIO,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    about: About,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write the rows to sheets of `sheet_rows` rows at most, the header on each included, and the manifest to `About`.

    Rows go to temporary files as they come. The same rows and manifest give the same bytes. Raises CellTooLong rather
    than cut a text.
    """
    with TemporaryDirectory() as folder:
        book = Workbook(target, {**_OPTIONS, "tmpdir": folder})
        try:
            _fill(book, columns, rows, about, sheet_rows)
        except BaseException:
            # Rows that were meant for a file that there will not be; the folder goes with them.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
            raise
        book.close()


def _fill(
    book: Workbook,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    about: About,
    sheet_rows: int,
) -> None:
    book.set_properties({"created": about.as_of.astimezone(UTC).replace(tzinfo=None)})
    cells = _Cells(book, columns)
    sheet = cells.new_sheet("Rows")
    about_sheet = book.add_worksheet("About")
    at, sheets = 1, 1
    for row in rows:
        if at == sheet_rows:
            at, sheets = 1, sheets + 1
            sheet = cells.new_sheet(f"Rows {sheets}")
        cells.write(sheet, at, row)
        at += 1
    _write_facts(about_sheet, about.manifest())


class _Cells:
    """Writes rows of these columns into the sheets of a book."""

    def __init__(self, book: Workbook, columns: tuple[Column, ...]) -> None:
        self._book = book
        self._columns = columns
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._share = book.add_format({"num_format": "0.0%"})
        self._money = [
            book.add_format({"num_format": pattern})
            for pattern in ("#,##0", "", "#,##0.00", "#,##0.000")
        ]
        position = {column.name: index for index, column in enumerate(columns)}
        self._currency_at = [position.get(column.currency, 0) for column in columns]
        by_kind: dict[ColumnKind, Callable[..., None]] = {
            ColumnKind.TEXT: self._text,
            ColumnKind.DATE: self._date,
            ColumnKind.INSTANT: self._time,
            ColumnKind.INTEGER: self._number,
            ColumnKind.SHARE: self._part,
            ColumnKind.MONEY: self._amount,
            ColumnKind.MINOR: self._number,
        }
        self._writes = [by_kind[column.kind] for column in columns]

    def new_sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        for index, column in enumerate(self._columns):
            is_text = column.kind is ColumnKind.TEXT
            sheet.set_column(index, index, _WIDE if is_text else _NARROW)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(self._columns):
            sheet.write_string(0, index, column.name, self._head)
        return sheet

    def write(self, sheet: Worksheet, at: int, row: Row) -> None:
        for index, (write, value) in enumerate(zip(self._writes, row, strict=True)):
            if value is not None and value != "":
                write(sheet, at, index, value, row)

    def _text(self, sheet: Worksheet, at: int, index: int, value: str, row: Row) -> None:
        if len(value.encode("utf-16-le")) // 2 > _CELL_CHARACTERS:
            raise CellTooLong(
                f"{self._columns[index].name} has a text of {len(value):,} characters, more than a cell of a "
                "spreadsheet holds. Export this report as CSV or Parquet."
            )
        sheet.write_string(at, index, value)

    def _date(self, sheet: Worksheet, at: int, index: int, value: date, row: Row) -> None:
        sheet.write_datetime(at, index, value, self._day)

    def _time(self, sheet: Worksheet, at: int, index: int, value: datetime, row: Row) -> None:
        # A spreadsheet knows no zones: the column is UTC, as in every other format.
        moment = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(at, index, moment, self._instant)

    def _number(self, sheet: Worksheet, at: int, index: int, value: int, row: Row) -> None:
        self._exact(sheet, at, index, value, None)

    def _part(self, sheet: Worksheet, at: int, index: int, value: Decimal, row: Row) -> None:
        self._exact(sheet, at, index, value, self._share)

    def _amount(self, sheet: Worksheet, at: int, index: int, value: Decimal, row: Row) -> None:
        currency = str(row[self._currency_at[index]])
        self._exact(sheet, at, index, value, self._money[exponent(currency)])

    def _exact(
        self, sheet: Worksheet, at: int, index: int, value: int | Decimal, look: Format | None
    ) -> None:
        """Write a number, or its digits as text where a double could not hold them all."""
        digits = format(Decimal(value), "f")
        if sum(map(str.isdigit, digits)) > _EXACT_DIGITS:
            sheet.write_string(at, index, digits)
        else:
            sheet.write_number(at, index, value, look)


def _write_facts(sheet: Worksheet, facts: dict[str, Any]) -> None:
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 1, 2 * _WIDE)
    for at, (name, value) in enumerate(_flat(facts)):
        sheet.write_string(at, 0, name)
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and abs(value) < 10**_EXACT_DIGITS
        ):
            sheet.write_number(at, 1, value)
        else:
            sheet.write_string(at, 1, str(value))


def _flat(facts: dict[str, Any], prefix: str = "") -> list[tuple[str, Value | bool]]:
    """Return nested facts as lines: control_totals.amount_minor.GBP."""
    lines: list[tuple[str, Value | bool]] = []
    for name, value in facts.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            lines += _flat(value, f"{path}.")
        else:
            lines.append((path, value))
    return lines
