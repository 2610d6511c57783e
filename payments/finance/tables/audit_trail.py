"""R13, the audit trail: every action of staff on money, with before and after."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Max
from django.urls import reverse

from payments.audit.models import AuditEntry
from payments.finance.columns import Column, ColumnKind, Figures, Row, Value
from payments.finance.filters import PeriodForm
from payments.finance.screen import QueryRows
from payments.finance.selections import Filters
from payments.finance.table import Table
from payments.finance.trail_rows import TrailRow, TrailSelection, trail_rows

_CHUNK = 2000
_PAGES = {
    "dispute": "payments:dispute",
    "fund release": "payments:fund_release",
    "payment": "payments:payment",
    "refund request": "payments:refund",
}


class TrailForm(PeriodForm):
    """The filters of the trail; each takes exactly what a row shows."""

    actor = forms.CharField(label="By (email)", required=False, max_length=254)
    action = forms.CharField(label="Action", required=False, max_length=60)
    object_type = forms.CharField(label="Kind of object", required=False, max_length=60)
    object = forms.CharField(label="Reference", required=False, max_length=255)


def _to_object(values: Mapping[str, Value], filters: Filters) -> str:
    page = _PAGES.get(str(values["object_type"]))
    return reverse(page, args=[str(values["object_reference"])]) if page else ""


_COLUMNS = (
    Column("at", ColumnKind.INSTANT, heading="When"),
    Column("actor", heading="By"),
    Column("action"),
    Column("object_type", heading="Object"),
    Column("object_reference", heading="Reference", link=_to_object),
    Column("change", heading="What changed"),
    Column("before", is_shown=False),
    Column("after", is_shown=False),
    Column("reason"),
)


def _row(values: tuple[Any, ...]) -> Row:
    row = TrailRow._make(values)
    return (
        row.at,
        row.actor,
        row.action,
        row.object_type,
        _spelled(row.object_reference),
        _in_words(row.before, row.after),
        json.dumps(row.before, sort_keys=True),
        json.dumps(row.after, sort_keys=True),
        row.reason,
    )


def _spelled(reference: str) -> str:
    """Return a reference as pages show it: some databases leave out a UUID's hyphens."""
    try:
        return str(UUID(reference))
    except ValueError:
        return reference


def _in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return for instance "state: waiting → ordered, amount: 400": what changed, and what stands beside it."""
    words = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, ""), after.get(name, "")
        both = name in before and name in after and old != new
        words.append(f"{name}: {old} → {new}" if both else f"{name}: {new or old}")
    return ", ".join(words)


def _rows(filters: Filters) -> Iterator[Row]:
    query = trail_rows(TrailSelection.from_filters(filters))
    return map(_row, query.iterator(chunk_size=_CHUNK))


def _screen(filters: Filters) -> Sequence[Row]:
    return QueryRows(trail_rows(TrailSelection.from_filters(filters), newest_first=True), _row)


def _totals(filters: Filters) -> Figures:
    """Every trail is insert only, so that as many rows up to the same last one are the same rows."""
    count = trail_rows(TrailSelection.from_filters(filters)).count()
    last = AuditEntry.objects.aggregate(last=Max("pk"))["last"]
    return Figures(count, fingerprint=f"{count} {last}")


AUDIT_TRAIL = Table(
    code="R13",
    name="audit_trail",
    title="Audit trail",
    definition=(
        "Every action on money by the day it was done, of all newspapers: who did what to which object, from what to "
        "what, and why. Where nobody is named, a rule or Stripe acted."
    ),
    schema_version=1,
    permission="payments.view_auditentry",
    columns=_COLUMNS,
    rows=_rows,
    form=TrailForm,
    screen=_screen,
    totals=_totals,
)
