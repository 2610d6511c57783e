"""The number series of receipts against the receipts: a gap is a number that was taken and has no document."""

from dataclasses import dataclass

from django.db.models import Count, Max

from payments.entities.models import LegalEntity
from payments.receipts.models import DocumentType, NumberSeries, Receipt

# How many missing numbers a page names.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Series:
    """One series: numbers 1 to `last` were taken, `issued` documents are there.

    `missing` are the first of the numbers without one; `beyond` is how far documents go past the counter. Both are
    nothing in books that are whole.
    """

    document_type: str
    fiscal_year: int
    last: int
    issued: int
    missing: tuple[int, ...]
    beyond: int

    @property
    def title(self) -> str:
        return f"{DocumentType(self.document_type).label}s of {self.fiscal_year}"

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.beyond


def series_of(entity: LegalEntity) -> list[Series]:
    """Compare every series of an entity with its documents, latest year first."""
    counted = {
        (kind, year): (issued, highest)
        for kind, year, issued, highest in Receipt.objects.filter(entity=entity)
        .order_by()
        .values_list("document_type", "fiscal_year")
        .annotate(Count("id"), Max("sequence"))
    }
    counters = {
        (kind, year): last
        for kind, year, last in NumberSeries.objects.filter(
            entity=entity, document_type__in=DocumentType.values
        ).values_list("document_type", "fiscal_year", "last_number")
    }
    return [
        _series(entity, key, counters.get(key, 0), *counted.get(key, (0, 0)))
        for key in sorted({*counted, *counters}, key=lambda key: (-key[1], key[0]))
    ]


def _series(
    entity: LegalEntity, key: tuple[str, int], last: int, issued: int, highest: int
) -> Series:
    kind, year = key
    missing: tuple[int, ...] = ()
    if issued != last:
        there = set(
            Receipt.objects.filter(entity=entity, document_type=kind, fiscal_year=year).values_list(
                "sequence", flat=True
            )
        )
        missing = tuple(number for number in range(1, last + 1) if number not in there)[:_NAMED]
    return Series(kind, year, last, issued, missing, max(0, highest - last))
