"""Read the files in which the European Central Bank publishes its reference rates.

Two shapes of one table, plain or zipped: the day's (`eurofxref.csv`, dated "26 November 2026") and the history
(`eurofxref-hist.csv` and its 90 days' extract, dated "2026-11-26"). A column a currency, what one euro buys of it,
and N/A where there was no rate.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from payments.errors import RatesUnreadable

_NO_RATE = {"N/A", "", "-"}
_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
_WRITTEN_DAY = re.compile(r"(\d{1,2}) (\w+) (\d{4})")
_CODE = re.compile(r"[A-Z]{3}")
# The history is some 700 kB; nothing that claims to be far more is unpacked.
_LARGEST = 50_000_000
_MOST_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """What one euro bought of `currency` on `day`."""

    currency: str
    day: date
    rate: Decimal


def read_rates(data: bytes, *, today: date) -> list[PublishedRate]:
    """Return every rate of a file, in its order.

    Raises RatesUnreadable, with the line and what is wrong with it, before anything is returned: a file is taken whole
    or not at all. A day after `today` is refused, because later days make earlier ones final.
    """
    rows = _rows(_text(data))
    header = next(rows, (1, []))[1]
    if not header or header[0].strip().lower() != "date":
        raise RatesUnreadable(
            "This is no file of the European Central Bank: its first line must begin with Date."
        )
    currencies = [_currency(name) for name in _without_end(header)[1:]]
    if not currencies or len(set(currencies)) < len(currencies):
        raise RatesUnreadable("Line 1 must name each currency once.")
    found = [rate for line, cells in rows for rate in _line(line, cells, currencies, today)]
    if not found:
        raise RatesUnreadable("The file holds no rates.")
    return found


def _text(data: bytes) -> str:
    if zipfile.is_zipfile(io.BytesIO(data)):
        data = _unpacked(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RatesUnreadable("The file is no text.") from error


def _unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
        if len(files) != 1:
            raise RatesUnreadable("The archive must hold exactly one CSV file.")
        if files[0].file_size > _LARGEST:
            raise RatesUnreadable("The file in the archive is far larger than any table of rates.")
        return archive.read(files[0])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise RatesUnreadable(f"Line {reader.line_num} is no CSV: {error}.") from error


def _line(
    line: int, cells: list[str], currencies: list[str], today: date
) -> Iterator[PublishedRate]:
    day, texts = _day(line, cells[0].strip()), _without_end(cells)[1:]
    if day > today:
        raise RatesUnreadable(f"Line {line}: {day} is still to come.")
    if len(texts) > len(currencies):
        raise RatesUnreadable(f"Line {line} has more rates than line 1 has currencies.")
    for currency, text in zip(currencies, texts, strict=False):
        if text.strip() not in _NO_RATE:
            yield PublishedRate(currency, day, _rate(line, currency, text.strip()))


def _without_end(cells: list[str]) -> list[str]:
    """Every line of theirs ends with a comma."""
    return cells[:-1] if cells and not cells[-1].strip() else cells


def _currency(name: str) -> str:
    code = name.strip()
    if not _CODE.fullmatch(code):
        raise RatesUnreadable(f"Line 1: {code!r} is no currency code of three capitals.")
    return code


def _day(line: int, text: str) -> date:
    written = _WRITTEN_DAY.fullmatch(text)
    try:
        if written and written[2] in _MONTHS:
            return date(int(written[3]), _MONTHS.index(written[2]) + 1, int(written[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise RatesUnreadable(f"Line {line}: {text!r} is no date.") from error


def _rate(line: int, currency: str, text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation as error:
        raise RatesUnreadable(f"Line {line}: {text!r} is no rate for {currency}.") from error
    if not rate.is_finite() or rate <= 0:
        raise RatesUnreadable(f"Line {line}: the rate {text} for {currency} must be above 0.")
    exponent = rate.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > _MOST_DECIMALS or rate >= 10**10:
        raise RatesUnreadable(f"Line {line}: the rate {text} for {currency} is too long to keep.")
    return rate
