"""Gapless numbers: one counter row per legal entity, document type and fiscal year."""

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


def take_number(
    entity: LegalEntity, *, document_type: DocumentType, issued_on: date
) -> DocumentNumber:
    """Take the next number of the series in which a document issued on `issued_on` belongs.

    Runs inside the transaction that inserts the document: the counter's row stays locked until that transaction ends,
    so a rollback gives the number back and nobody can take a later one in between.
    """
    year = fiscal_year(issued_on, entity.fiscal_year_start_month, entity.fiscal_year_start_day)
    NumberSeries.objects.get_or_create(entity=entity, document_type=document_type, fiscal_year=year)
    series = NumberSeries.objects.select_for_update().get(
        entity=entity, document_type=document_type, fiscal_year=year
    )
    series.last_number += 1
    series.save(update_fields=["last_number"])
    text = f"{entity.receipt_prefix}-{_SERIES[document_type]}{year}-{series.last_number:06d}"
    return DocumentNumber(fiscal_year=year, sequence=series.last_number, text=text)
