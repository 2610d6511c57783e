"""What a package's file format is, and text that no package or spreadsheet takes for anything else."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from payments.finance.journals.journal import Journal, JournalLine
from payments.finance.writers.csv import neutralise


@dataclass(frozen=True, slots=True)
class Format:
    """A file of one accounting package.

    `write` takes journals of one currency (of any, where `mixes_currencies`) and the country whose way of writing dates
    counts. `line_limit` is how many lines the package takes in one file, headings not counted; None for no limit.
    `takes` says which lines of a journal are in the file. `wants_tax` says that a line without a tax rate is refused by
    the package, and `wants_accounts` that accounts have to be mapped at all.
    """

    name: str
    title: str
    extension: str
    content_type: str
    write: Callable[[Sequence[Journal], str], bytes]
    line_limit: int | None = None
    takes: Callable[[JournalLine], bool] = lambda line: True
    mixes_currencies: bool = False
    wants_accounts: bool = True
    wants_tax: bool = False

    def lines(self, journal: Journal) -> int:
        """Return how many lines a journal has in the file."""
        return sum(map(self.takes, journal.lines))


CSV = "text/csv; charset=utf-8"


def csv_bytes(rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    """Return rows as RFC 4180 has them; the values are made safe by whoever puts them together."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding, "replace")


def plain(text: str, longest: int | None = None) -> str:
    """Return a text on one line, cut where a package takes no more, that no spreadsheet runs as a formula."""
    return neutralise(" ".join(text.split()))[:longest]


def day_month_year(country: str) -> str:
    """Return how a date is written in a country: with the month first in the United States."""
    return "%m/%d/%Y" if country == "US" else "%d/%m/%Y"
