"""Sage 50: the audit-trail import; JD is a debit, JC a credit, amounts are positive, in Windows' Latin letters."""

from collections.abc import Iterator, Sequence

from payments.finance.journals.formats.base import Format, csv_bytes, plain
from payments.finance.journals.journal import Journal

_COLUMNS = (
    "Type",
    "Account Ref",
    "Nominal A/C",
    "Department",
    "Date",
    "Reference",
    "Details",
    "Net Amount",
    "Tax Code",
    "Tax Amount",
    "Exchange Rate",
    "Extra Ref",
    "User Name",
    "Project Ref",
    "Cost Code",
)
# How many characters Sage keeps; the rest of a reference stands in Extra Ref.
_REFERENCE, _DETAILS = 30, 60
# Sage's code for what is outside VAT, where the mapping names none.
_OUTSIDE_VAT = "T9"


def _write(journals: Sequence[Journal], country: str) -> bytes:
    rows = [_COLUMNS, *(row for journal in journals for row in _rows(journal))]
    return csv_bytes(rows, "cp1252")


def _rows(journal: Journal) -> Iterator[tuple[str, ...]]:
    for line in journal.lines:
        yield (
            "JD" if line.amount > 0 else "JC",
            "",
            line.target.code,
            line.target.tracking_option or "0",
            f"{journal.on:%d/%m/%Y}",
            plain(journal.reference, _REFERENCE),
            plain(line.description, _DETAILS),
            str(journal.major(abs(line.amount))),
            line.target.tax_rate or _OUTSIDE_VAT,
            str(journal.major(0)),
            "1",
            plain(journal.reference[_REFERENCE:], _REFERENCE),
            "",
            "",
            "",
        )


SAGE = Format(
    name="sage50",
    title="Sage 50 audit trail (CSV)",
    extension="csv",
    content_type="text/csv; charset=windows-1252",
    write=_write,
)
