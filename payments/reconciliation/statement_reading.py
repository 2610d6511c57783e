"""Read a bank's statement file exactly, or say row by row what cannot be read: pure."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from payments.currencies import exponent
from payments.errors import StatementUnreadable
from payments.reconciliation.statement_layout import DATE_FORMATS, ENCODINGS, StatementLayout

MOST_BYTES = 5_000_000
MOST_ROWS = 50_000
# So many problems are told at once; a wrong layout makes one for every row.
_TOLD = 10
_GROUPED = {
    ".": re.compile(r"(\d{1,3}(?:[,'’ ]\d{3})+|\d+)(?:\.(\d+))?", re.ASCII),
    ",": re.compile(r"(\d{1,3}(?:[.'’ ]\d{3})+|\d+)(?:,(\d+))?", re.ASCII),
}
_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
_MINUSES = "-\N{MINUS SIGN}\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a statement: `amount` in minor units, positive for money in; `row` counts from 1 in the file.

    `occurrence` tells equal lines of one file apart: two payments of one amount on one day are two lines.
    """

    row: int
    booked_on: date
    amount: int
    description: str
    reference: str
    occurrence: int

    @property
    def fingerprint(self) -> str:
        """The same for the same line of any file of the account, and for no other."""
        parts = (self.booked_on, self.amount, self.description, self.reference, self.occurrence)
        return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def read_statement(content: bytes, layout: StatementLayout, *, currency: str) -> list[StatementRow]:
    """Read all lines of a file; raises StatementUnreadable with its problems, and then nothing was read."""
    rows: list[StatementRow] = []
    problems: list[str] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for number, cells in _records(content, layout):
        try:
            booked_on = _day(cells[layout.date_column], layout)
            amount = _amount(cells, layout, currency)
        except ValueError as error:
            problems.append(f"Row {number}: {error}")
            continue
        texts = (
            _text(cells, layout.description_column)[:500],
            _text(cells, layout.reference_column)[:255],
        )
        seen[booked_on, amount, *texts] += 1
        rows.append(
            StatementRow(number, booked_on, amount, *texts, seen[booked_on, amount, *texts])
        )
    if problems:
        more = len(problems) - _TOLD
        told = problems[:_TOLD] + ([f"And {more} more rows."] if more > 0 else [])
        raise StatementUnreadable(told)
    if not rows:
        raise StatementUnreadable(["The file has headings and no lines below them."])
    return rows


def headings_of(content: bytes, layout: StatementLayout) -> list[str]:
    """Return the headings as the layout finds them; raises StatementUnreadable."""
    rows = _table(content, layout)
    if len(rows) < layout.heading_row:
        raise StatementUnreadable([f"The file has no row {layout.heading_row} for the headings."])
    return [cell.strip() for cell in rows[layout.heading_row - 1] if cell.strip()]


def _records(content: bytes, layout: StatementLayout) -> Iterator[tuple[int, dict[str, str]]]:
    headings = headings_of(content, layout)
    twice = [name for name, times in Counter(headings).items() if times > 1]
    wanted = _wanted(layout)
    absent = [name for name in wanted if name not in headings]
    if absent:
        raise StatementUnreadable([f"The file has no column called “{name}”." for name in absent])
    if doubled := [name for name in wanted if name in twice]:
        raise StatementUnreadable(
            [f"The file has two columns called “{name}”; rename one." for name in doubled]
        )
    table = _table(content, layout)
    positions = {cell.strip(): at for at, cell in enumerate(table[layout.heading_row - 1])}
    for number, row in enumerate(table[layout.heading_row :], start=layout.heading_row + 1):
        if any(cell.strip() for cell in row):
            yield (
                number,
                {name: row[at].strip() if at < len(row) else "" for name, at in positions.items()},
            )


def _wanted(layout: StatementLayout) -> list[str]:
    if not layout.date_column:
        raise StatementUnreadable(["Choose the column of the date."])
    if not layout.amount_column and not (layout.in_column and layout.out_column):
        raise StatementUnreadable(
            ["Choose the column of the amount, or both those of money in and money out."]
        )
    amounts = (
        [layout.amount_column] if layout.amount_column else [layout.in_column, layout.out_column]
    )
    texts = [each for each in (layout.description_column, layout.reference_column) if each]
    return [layout.date_column, *amounts, *texts]


def _table(content: bytes, layout: StatementLayout) -> list[list[str]]:
    if len(content) > MOST_BYTES:
        raise StatementUnreadable(["The file is larger than 5 MB; export a shorter period."])
    try:
        text = content.decode(layout.encoding)
    except UnicodeDecodeError as error:
        name = ENCODINGS.get(layout.encoding, layout.encoding)
        raise StatementUnreadable(
            [
                f"The file is not written in {name} (byte {error.start + 1}); choose another encoding."
            ]
        ) from error
    if "\0" in text:
        raise StatementUnreadable(["This is not a text file; export the statement as CSV."])
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter))
    except csv.Error as error:
        raise StatementUnreadable([f"This is not a CSV file ({error})."]) from error
    if len(rows) > MOST_ROWS:
        raise StatementUnreadable(
            [f"The file has more than {MOST_ROWS} rows; export a shorter period."]
        )
    return rows


def _day(text: str, layout: StatementLayout) -> date:
    if not text:
        raise ValueError("there is no date.")
    try:
        return datetime.strptime(text, layout.date_format).date()  # noqa: DTZ007  a civil day
    except ValueError as error:
        example = DATE_FORMATS.get(layout.date_format, layout.date_format)
        raise ValueError(f"“{text[:40]}” is not a date like {example}.") from error


def _amount(cells: dict[str, str], layout: StatementLayout, currency: str) -> int:
    if layout.amount_column:
        return parse_amount(cells[layout.amount_column], layout.decimal, currency)
    money_in, money_out = cells[layout.in_column], cells[layout.out_column]
    amounts = [
        parse_amount(each, layout.decimal, currency) for each in (money_in, money_out) if each
    ]
    if len([each for each in amounts if each]) > 1:
        raise ValueError("money in and money out are both filled.")
    if not amounts:
        raise ValueError("there is no amount.")
    # Some banks write what went out as negative in its own column as well.
    if money_in and parse_amount(money_in, layout.decimal, currency):
        return parse_amount(money_in, layout.decimal, currency)
    return -abs(parse_amount(money_out, layout.decimal, currency)) if money_out else 0


def parse_amount(text: str, decimal: str, currency: str) -> int:
    """Read an amount with the decimal mark `decimal` into minor units; raises ValueError with a sentence.

    Takes 1,234.50 · −12.00 · 12.00- · (12.00) · £12.00 · 12.00 CR · 12.00 DR, and nothing that could mean two amounts.
    """
    bare = text.translate(_SPACES).strip()
    sign = 1
    if bare.upper().endswith((" DR", " CR")):
        sign = -1 if bare.upper().endswith("DR") else 1
        bare = bare[:-3].strip()
    if bare.startswith("(") and bare.endswith(")"):
        sign, bare = -sign, bare[1:-1].strip()
    for mark in ("£", "€", "$", "¥", currency):
        bare = bare.replace(mark, "").strip()
    if bare and bare[0] in _MINUSES:
        sign, bare = -sign, bare[1:].strip()
    elif bare and bare[-1] in _MINUSES:
        sign, bare = -sign, bare[:-1].strip()
    bare = bare.removeprefix("+").strip()
    found = _GROUPED[decimal].fullmatch(bare)
    mark = "point" if decimal == "." else "comma"
    if not found:
        raise ValueError(f"“{text[:40]}” is not an amount with a decimal {mark}.")
    whole, fraction = re.sub(r"\D", "", found[1]), found[2] or ""
    places = exponent(currency)
    if fraction[places:].strip("0"):
        raise ValueError(f"“{text[:40]}” has more decimals than {currency} has.")
    minor = int(Decimal(f"{whole}.{fraction or 0}").scaleb(places))
    if minor > 10**15:
        raise ValueError(f"“{text[:40]}” is too large an amount.")
    return sign * minor


def _text(cells: dict[str, str], column: str) -> str:
    return " ".join(cells.get(column, "").split()) if column else ""
