"""How a bank writes its statement files: which columns mean what, how days and amounts are written.

A layout is chosen once for a bank account and remembered there; `guess_layout` proposes one for a file never seen.
"""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

# What staff choose from: format → an example of it.
DATE_FORMATS = {
    "%Y-%m-%d": "2026-11-27",
    "%d/%m/%Y": "27/11/2026",
    "%m/%d/%Y": "11/27/2026",
    "%d.%m.%Y": "27.11.2026",
    "%d-%m-%Y": "27-11-2026",
    "%d %b %Y": "27 Nov 2026",
    "%d-%b-%Y": "27-Nov-2026",
    "%d/%m/%y": "27/11/26",
    "%m/%d/%y": "11/27/26",
    "%d.%m.%y": "27.11.26",
    "%Y%m%d": "20261127",
}
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows (Western)", "utf-16": "UTF-16"}
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
DECIMALS = {".": "Point, as in 1,234.50", ",": "Comma, as in 1.234,50"}

_SEARCHED_ROWS = 20
# Words that headings of bank files hold, in the languages in which they come; the first that fits wins.
_DATE_WORDS = (
    "booking date",
    "posting date",
    "transaction date",
    "buchung",
    "date",
    "datum",
    "fecha",
    "data",
)
_AMOUNT_WORDS = ("amount", "betrag", "montant", "importe", "importo", "bedrag", "value")
_IN_WORDS = ("money in", "paid in", "credit", "haben", "crédit", "deposit", "receipts")
_OUT_WORDS = ("money out", "paid out", "debit", "soll", "débit", "withdrawal", "payments")
_TEXT_WORDS = (
    "description",
    "details",
    "narrative",
    "memo",
    "payee",
    "verwendungszweck",
    "libellé",
    "text",
    "name",
)
_REFERENCE_WORDS = ("reference", "referenz", "référence", "ref", "trace")


@dataclass(frozen=True, slots=True)
class StatementLayout:
    """How one bank's files are read; columns are named by their headings.

    The amount stands in one signed column, or in two, money in and money out, of which each row fills one.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    heading_row: int = 1
    date_column: str = ""
    date_format: str = "%Y-%m-%d"
    decimal: str = "."
    amount_column: str = ""
    in_column: str = ""
    out_column: str = ""
    description_column: str = ""
    reference_column: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def layout_from(stored: dict[str, Any]) -> StatementLayout | None:
    """Read a layout that was stored; None for an account that has none yet."""
    known = {field.name for field in fields(StatementLayout)}
    return StatementLayout(**{k: v for k, v in stored.items() if k in known}) if stored else None


def guess_layout(content: bytes) -> StatementLayout:
    """Propose a layout for a file; what cannot be guessed stays empty, for a person to choose."""
    encoding = _guess_encoding(content)
    lines = content.decode(encoding, errors="replace").splitlines()[:_SEARCHED_ROWS]
    delimiter = max(
        DELIMITERS, key=lambda each: max((line.count(each) for line in lines), default=0)
    )
    rows = list(csv.reader(lines, delimiter=delimiter))
    heading_row = _guess_heading_row(rows)
    headings = [cell.strip() for cell in rows[heading_row - 1]] if rows else []
    values = [row for row in rows[heading_row:] if len(row) == len(headings)]
    date_column = _named(headings, _DATE_WORDS)
    money_in, money_out = _named(headings, _IN_WORDS), _named(headings, _OUT_WORDS)
    has_two = bool(money_in and money_out and money_in != money_out)
    amount_column = "" if has_two else _named(headings, _AMOUNT_WORDS)
    of_money = [each for each in (amount_column, money_in, money_out) if each]
    return StatementLayout(
        encoding=encoding,
        delimiter=delimiter,
        heading_row=heading_row,
        date_column=date_column,
        date_format=_guess_date_format(_column(headings, values, date_column)),
        decimal=_guess_decimal([v for name in of_money for v in _column(headings, values, name)]),
        amount_column=amount_column,
        in_column=money_in if has_two else "",
        out_column=money_out if has_two else "",
        description_column=_named(headings, _TEXT_WORDS),
        reference_column=_named(headings, _REFERENCE_WORDS),
    )


def _guess_encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _guess_heading_row(rows: Sequence[Sequence[str]]) -> int:
    """The first row that names a date and has most columns; banks put addresses and balances above it."""
    widest = max((len(row) for row in rows), default=0)
    for number, row in enumerate(rows, start=1):
        if len(row) == widest and _named(row, _DATE_WORDS):
            return number
    return 1


def _named(headings: Sequence[str], words: Sequence[str]) -> str:
    for word in words:
        for heading in headings:
            if word in heading.strip().casefold():
                return heading.strip()
    return ""


def _column(headings: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> list[str]:
    if name not in headings:
        return []
    at = headings.index(name)
    return [row[at].strip() for row in rows if row[at].strip()]


def _guess_date_format(values: Sequence[str]) -> str:
    """The first format that reads every value; 03/04 fits two, and the day comes first in most of the world."""
    for date_format in DATE_FORMATS:
        if values and all(_fits(value, date_format) for value in values):
            return date_format
    return next(iter(DATE_FORMATS))


def _fits(value: str, date_format: str) -> bool:
    try:
        datetime.strptime(value, date_format)  # noqa: DTZ007  a civil day has no zone
    except ValueError:
        return False
    return True


def _guess_decimal(values: Sequence[str]) -> str:
    """Whichever mark stands last before one or two digits more often."""
    commas = sum(1 for value in values if "," in value[-3:])
    points = sum(1 for value in values if "." in value[-3:])
    return "," if commas > points else "."
