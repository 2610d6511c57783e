"""R6, lapsed donors: who gave last year but not this (LYBUNT), and some year but not this (SYBUNT)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.db import models

from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.giving_years import GivingYears, YearForm
from payments.finance.selections import Filters, Selection
from payments.finance.table import Table


class Lapse(models.TextChoices):
    LYBUNT = "lybunt", "Last year (LYBUNT)"  # Gave in the year before.
    SYBUNT = "sybunt", "Only earlier (SYBUNT)"  # Gave before that only.


_COLUMNS = (
    Column("lapse", heading="Gave", labels=dict(Lapse.choices)),
    Column("supporter"),
    Column("supporter_name", is_personal=True, heading="Name"),
    Column("supporter_email", is_personal=True, heading="Email"),
    Column("currency", is_shown=False),
    Column("last_at", ColumnKind.INSTANT, heading="Last gift on"),
    *amount_columns("last", currency="currency", heading="Last gift", is_summed=False),
    *amount_columns("largest", currency="currency", heading="Largest gift", is_summed=False),
    *amount_columns("lifetime", currency="currency", heading="All gifts"),
    Column("gifts", ColumnKind.INTEGER),
    Column("years", ColumnKind.INTEGER, heading="Years given"),
)


@dataclass(frozen=True, slots=True)
class LapsedSelection(Selection):
    """A year by the calendar year in which it began, empty for the last with gifts; and how they lapsed."""

    year: str = ""
    lapse: str = ""


class LapsedForm(YearForm):
    """The filters of lapsed donors."""

    lapse = forms.ChoiceField(label="Gave", required=False, choices=[("", "All"), *Lapse.choices])


def _rows(filters: Filters) -> Iterator[Row]:
    selection = LapsedSelection.from_filters(filters)
    giving = GivingYears(selection.entity)
    span = giving.span()
    if span is None:
        return
    for each in giving.lapsed(int(selection.year or span[1])):
        lapse = Lapse.LYBUNT if each.gave_last_year else Lapse.SYBUNT
        if selection.lapse in ("", lapse):
            yield (
                lapse.value,
                str(each.supporter),
                each.name,
                each.email,
                each.currency,
                each.last_at,
                *amount(each.last, each.currency),
                *amount(each.largest, each.currency),
                *amount(each.lifetime, each.currency),
                each.gift_count,
                each.year_count,
            )


LAPSED = Table(
    code="R6",
    name="lapsed_donors",
    title="Lapsed donors",
    definition=(
        "People who gave before a year and not in it, with what they gave in each currency until then. The years are "
        "the newspaper's own; a gift counts with what stands of it, on the day it settled."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=LapsedForm,
)
