"""QuickBooks Online: the CSV of its journal import; debits and credits are positive in columns of their own."""

from collections.abc import Iterator, Sequence

from payments.finance.journals.formats.base import CSV, Format, csv_bytes, day_month_year, plain
from payments.finance.journals.journal import Journal

_COLUMNS = (
    "Journal No",
    "Journal Date",
    "Account Name",
    "Description",
    "Debits",
    "Credits",
    "Name",
    "Class",
    "Location",
    "Currency",
)
# QuickBooks takes no longer number of a journal; the end of a payout's id is what tells them apart.
_NUMBER = 21


def _write(journals: Sequence[Journal], country: str) -> bytes:
    return csv_bytes([_COLUMNS, *(row for journal in journals for row in _rows(journal, country))])


def _rows(journal: Journal, country: str) -> Iterator[tuple[str, ...]]:
    for line in journal.lines:
        amount = str(journal.major(abs(line.amount)))
        yield (
            plain(journal.reference[-_NUMBER:]),
            journal.on.strftime(day_month_year(country)),
            line.target.code,
            plain(f"{journal.narration}: {line.description}"),
            amount if line.amount > 0 else "",
            amount if line.amount < 0 else "",
            "",
            line.target.tracking_option,
            "",
            journal.currency,
        )


QUICKBOOKS_ONLINE = Format(
    name="quickbooks_online",
    title="QuickBooks Online journal (CSV)",
    extension="csv",
    content_type=CSV,
    write=_write,
    line_limit=1000,
)
