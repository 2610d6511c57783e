"""R6, lapsed donors: who gave last year but not this (LYBUNT), and some year but not this (SYBUNT)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.db import models

from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.giving_years import GivingYears, YearForm
from payments.finance.links import to_report
from payments.finance.selections import Filters, Selection
from payments.finance.table import Table


class Lapse(models.TextChoices):
    LYBUNT = "lybunt", "Last year (LYBUNT)"  # Gave in the year before.
    SYBUNT = "sybunt", "Only earlier (SYBUNT)"  # Gave before that only.


_to_gifts = to_report(
    "standing_gifts", kept=("entity",), supporter="supporter", currency="currency", last="until"
)

_COLUMNS = (
    Column("lapse", heading="Gave", labels=dict(Lapse.choices)),
    Column("supporter", link=to_report("standing_gifts", kept=("entity",), supporter="supporter")),
    Column("supporter_name", is_personal=True, heading="Name"),
    Column("supporter_email", is_personal=True, heading="Email"),
    Column("currency", is_shown=False),
    Column("last_at", ColumnKind.INSTANT, heading="Last gift on"),
    *(
        column
        for name, heading in (("last", "Last gift"), ("largest", "Largest gift"))
        for column in amount_columns(
            name, currency="currency", heading=heading, is_summed=False, link=_to_gifts
        )
    ),
    *amount_columns("lifetime", currency="currency", heading="All gifts", link=_to_gifts),
    Column("gifts", ColumnKind.INTEGER, link=_to_gifts),
    Column("years", ColumnKind.INTEGER, heading="Years given", link=_to_gifts),
    Column("until", ColumnKind.DATE, is_shown=False),
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
    year = int(selection.year or span[1])
    _, until = giving.days(year - 1)
    for each in giving.lapsed(year):
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
                until,
            )


LAPSED = Table(
    code="R6",
    name="lapsed_donors",
    title="Lapsed donors",
    definition=(
        "People who gave before a year and not in it, with what they gave in each currency until then. The years are "
        "the newspaper's own; a gift counts with what stands of it, on the day it settled."
    ),
    schema_version=2,
    columns=_COLUMNS,
    rows=_rows,
    form=LapsedForm,
)
