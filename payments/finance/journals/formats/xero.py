"""Xero: manual journals, and statements of an account that Stripe's balance is kept in.

Columns, limits and date format are those of Xero's own import templates. Rows with the same narration and date are one
journal there, so that a narration is never used twice.
"""

from collections.abc import Iterator, Sequence

from payments.finance.journals.formats.base import CSV, Format, csv_bytes, plain
from payments.finance.journals.journal import Journal, JournalLine

_JOURNAL = (
    "*Narration",
    "*Date",
    "Description",
    "*AccountCode",
    "*TaxRate",
    "*Amount",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
)
_STATEMENT = ("*Date", "*Amount", "Payee", "Description", "Reference", "Check Number")


def _journals(journals: Sequence[Journal], country: str) -> bytes:
    return csv_bytes([_JOURNAL, *(row for journal in journals for row in _rows(journal))])


def _rows(journal: Journal) -> Iterator[tuple[str, ...]]:
    for line in journal.lines:
        target = line.target
        yield (
            plain(journal.narration),
            f"{journal.on:%d/%m/%Y}",
            plain(line.description),
            target.code,
            target.tax_rate,
            str(journal.major(line.amount)),
            target.tracking_name,
            target.tracking_option,
            "",
            "",
        )


def _moves_balance(line: JournalLine) -> bool:
    return not (line.is_clearing or line.is_release)


def _statement(journals: Sequence[Journal], country: str) -> bytes:
    """Write what moved Stripe's balance: money in is positive; what left for the bank is negative."""
    return csv_bytes(
        [
            _STATEMENT,
            *(
                (
                    f"{journal.on:%d/%m/%Y}",
                    str(journal.major(-line.amount)),
                    "Stripe",
                    plain(line.description),
                    plain(journal.reference),
                    "",
                )
                for journal in journals
                for line in journal.lines
                if _moves_balance(line)
            ),
        ]
    )


XERO_JOURNAL = Format(
    name="xero",
    title="Xero manual journal (CSV)",
    extension="csv",
    content_type=CSV,
    write=_journals,
    line_limit=300,
    wants_tax=True,
)
XERO_STATEMENT = Format(
    name="xero_statement",
    title="Xero bank statement of Stripe’s balance (CSV)",
    extension="csv",
    content_type=CSV,
    write=_statement,
    line_limit=1000,
    takes=_moves_balance,
    wants_accounts=False,
)
