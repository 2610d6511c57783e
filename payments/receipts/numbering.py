"""Gapless numbers: one counter row per legal entity, document type and fiscal year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from payments.entities.models import LegalEntity
from payments.periods import fiscal_year
from payments.receipts.models import DocumentType, NumberSeries

# Receipts carry the entity's bare prefix; other documents are told apart by theirs.
_SERIES = {DocumentType.RECEIPT: "", DocumentType.CREDIT_NOTE: "CN-"}


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A place in a series and how it is printed."""

    fiscal_year: int
    sequence: int
    text: str


def take_numbers(
    count: int, entity: LegalEntity, *, document_type: DocumentType, issued_on: date
) -> Iterator[DocumentNumber]:
    """Take the next numbers of the series in which documents issued on `issued_on` belong.

    Runs inside the transaction that inserts the documents: the counter's row stays locked until that transaction ends,
    so a rollback gives the numbers back and nobody can take later ones in between.
    """
    year = fiscal_year(issued_on, entity.fiscal_year_start_month, entity.fiscal_year_start_day)
    series, _created = NumberSeries.objects.select_for_update().get_or_create(
        entity=entity, document_type=document_type, fiscal_year=year
    )
    first = series.last_number + 1
    series.last_number += count
    series.save(update_fields=["last_number"])
    prefix = f"{entity.receipt_prefix}-{_SERIES[document_type]}{year}"
    return (
        DocumentNumber(fiscal_year=year, sequence=number, text=f"{prefix}-{number:06d}")
        for number in range(first, first + count)
    )
