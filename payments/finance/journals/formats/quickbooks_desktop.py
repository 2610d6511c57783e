"""QuickBooks Desktop: IIF, lines of tabs in Windows' Latin letters; the amounts of each block sum to zero."""

from collections.abc import Iterator, Sequence

from payments.finance.journals.formats.base import Format, plain
from payments.finance.journals.journal import Journal

_COLUMNS = ("TRNSTYPE", "DATE", "ACCNT", "CLASS", "AMOUNT", "DOCNUM", "MEMO")
# QuickBooks cuts a longer number; the end of a payout's id is what tells them apart.
_NUMBER = 11


def _write(journals: Sequence[Journal], country: str) -> bytes:
    rows = [("!TRNS", *_COLUMNS), ("!SPL", *_COLUMNS), ("!ENDTRNS",)]
    rows += [row for journal in journals for row in _block(journal)]
    return "".join("\t".join(row) + "\r\n" for row in rows).encode("cp1252", "replace")


def _block(journal: Journal) -> Iterator[tuple[str, ...]]:
    for index, line in enumerate(journal.lines):
        yield (
            "SPL" if index else "TRNS",
            "GENERAL JOURNAL",
            f"{journal.on:%m/%d/%y}",
            line.target.code,
            line.target.tracking_option,
            str(journal.major(line.amount)),
            plain(journal.reference[-_NUMBER:]),
            # A quotation mark would begin a quoted field.
            plain(f"{journal.narration}: {line.description}").replace('"', "'"),
        )
    yield ("ENDTRNS",)


QUICKBOOKS_DESKTOP = Format(
    name="quickbooks_iif",
    title="QuickBooks Desktop (IIF)",
    extension="iif",
    content_type="application/octet-stream",
    write=_write,
)
