"""R12, the receipt register: every number that was issued, what cancelled or corrected it, whether any is missing."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    QuerySet,
    Sum,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Figures, Row, amount, amount_columns
from payments.finance.receipt_series import series_of
from payments.finance.screen import QueryRows
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.receipts.models import DocumentType, Receipt

_CHUNK = 2000
_STANDS, _CORRECTED, _CANCELLED = "stands", "corrected", "cancelled"

_COLUMNS = (
    Column("number"),
    Column("document_type", heading="Document", labels=dict(DocumentType.choices)),
    Column("fiscal_year", ColumnKind.INTEGER, is_shown=False),
    Column("sequence", ColumnKind.INTEGER, is_shown=False),
    Column("issued_on", ColumnKind.DATE, heading="Issued"),
    Column("issued_at", ColumnKind.INSTANT, is_shown=False),
    Column(
        "state",
        labels={_STANDS: "Stands", _CORRECTED: "Corrected", _CANCELLED: "Cancelled"},
    ),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency"),
    Column("reference", is_shown=False),
    Column("gift_reference", is_shown=False),
    Column("corrects", heading="Corrects"),
    Column("stripe_payment_intent", is_shown=False),
    Column("template_version", is_shown=False),
)
_FIELDS = (
    "number",
    "document_type",
    "fiscal_year",
    "sequence",
    "issued_on",
    "issued_at",
    "is_cancelled",
    "is_corrected",
    "content__currency",
    "signed",
    "reference",
    "payment__reference",
    "of_receipt",
    "payment__stripe_id",
    "template_version",
)
_ORDER = ("document_type", "fiscal_year", "sequence", "id")


def _documents(selection: PeriodSelection) -> QuerySet[Any]:
    documents = Receipt.objects.filter(entity__slug=selection.entity)
    if selection.first is not None:
        documents = documents.filter(issued_on__gte=selection.first)
    if selection.last is not None:
        documents = documents.filter(issued_on__lte=selection.last)
    notes = Receipt.objects.filter(
        payment=OuterRef("payment"), document_type=DocumentType.CREDIT_NOTE
    )
    receipts = Receipt.objects.filter(
        payment=OuterRef("payment"), document_type=DocumentType.RECEIPT
    )
    printed = Cast(
        KeyTextTransform("minor", KeyTransform("amount", KeyTransform("total", "content"))),
        BigIntegerField(),
    )
    return documents.annotate(
        is_cancelled=Exists(notes.filter(refund=None)),
        is_corrected=Exists(notes),
        of_receipt=receipts.values("number")[:1],
        signed=Case(When(document_type=DocumentType.RECEIPT, then=printed), default=-printed),
    )


def _rows(filters: Filters) -> Iterator[Row]:
    documents = _documents(PeriodSelection.from_filters(filters)).order_by(*_ORDER)
    return map(_row, documents.values_list(*_FIELDS).iterator(chunk_size=_CHUNK))


def _screen(filters: Filters) -> Sequence[Row]:
    documents = _documents(PeriodSelection.from_filters(filters)).order_by(*_ORDER)
    return QueryRows(documents.values_list(*_FIELDS), _row)


def _totals(filters: Filters) -> Figures:
    documents = _documents(PeriodSelection.from_filters(filters)).order_by()
    sums = (
        documents.annotate(told_in=KeyTextTransform("currency", "content"))
        .values_list("told_in")
        .annotate(Sum("signed"), Count("id"), Max("id"))
        .order_by("told_in")
    )
    rows = list(sums)
    return Figures(
        row_count=sum(count for _, _, count, _ in rows),
        sums={"amount_minor": {currency: total for currency, total, _, _ in rows}},
        # Documents are only ever added; a later one may cancel an earlier one.
        fingerprint=str(Receipt.objects.aggregate(latest=Max("id"))["latest"]),
    )


def _panel(filters: Filters) -> dict[str, Any]:
    return {"series": series_of(LegalEntity.objects.get(slug=filters["entity"]))}


def _row(values: tuple[Any, ...]) -> Row:
    number, kind, year, sequence, issued_on, issued_at, *marks, reference, gift = values[:12]
    is_cancelled, is_corrected, currency, minor = marks
    receipt, intent, version = values[12:]
    is_note = kind == DocumentType.CREDIT_NOTE
    state = _CANCELLED if is_cancelled else _CORRECTED if is_corrected else _STANDS
    return (
        number,
        kind,
        year,
        sequence,
        issued_on,
        issued_at,
        _STANDS if is_note else state,
        currency,
        *amount(minor, currency),
        str(reference),
        str(gift),
        receipt if is_note else None,
        intent,
        version,
    )


RECEIPT_REGISTER = Table(
    code="R12",
    name="receipt_register",
    title="Receipt register",
    definition=(
        "Every receipt and credit note by the day it was issued, in the order of its number. Nothing is taken out: "
        "what was cancelled or corrected says so, and a credit note counts negative."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    screen=_screen,
    totals=_totals,
    panel="payments/finance/receipt_series.html",
    context=_panel,
)
