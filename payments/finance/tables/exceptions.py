"""R15, exceptions: what does not add up and waits for a person; an empty list lets a month close."""

from collections.abc import Iterator, Mapping

from django import forms
from django.utils import timezone

from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Row, Value, amount, amount_columns
from payments.finance.filters import ReportForm
from payments.finance.selections import Filters
from payments.finance.table import Table
from payments.reconciliation.exceptions import exceptions


class ExceptionForm(ReportForm):
    """The filters of the queue."""

    settled = forms.BooleanField(label="With those that were explained", required=False)


def _to_object(values: Mapping[str, Value], filters: Filters) -> str:
    return str(values["page"] or "")


_COLUMNS = (
    Column("since", ColumnKind.INSTANT),
    Column("kind"),
    Column("title", heading="What", link=_to_object),
    Column("key", is_shown=False),
    Column("reason", heading="Why"),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency"),
    Column("note", heading="Explained"),
    Column("page", is_shown=False),
)


def _rows(filters: Filters) -> Iterator[Row]:
    entity = LegalEntity.objects.get(slug=filters["entity"])
    is_all = bool(filters.get("settled"))
    for row in exceptions(entity, now=timezone.now(), with_settled=is_all):
        yield (
            row.since,
            row.kind,
            row.title,
            row.key,
            row.reason,
            row.currency or None,
            *amount(row.amount, row.currency or None),
            row.settled_note,
            row.link,
        )


EXCEPTIONS = Table(
    code="R15",
    name="exceptions",
    title="Exceptions",
    definition=(
        "Everything that does not add up at this moment, oldest first. A month can be closed once nothing of it stands "
        "here, or each row was explained."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=ExceptionForm,
)
