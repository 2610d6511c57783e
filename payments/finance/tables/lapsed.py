"""R6, lapsed donors: who gave last year but not this (LYBUNT), and some year but not this (SYBUNT)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.db import models

from payments.finance.columns import (
    Column,
    ColumnKind,
    Figures,
    Row,
    amount,
    amount_columns,
)
from payments.finance.giving.given import Given
from payments.finance.giving.lapsed import (
    LapsedGiving,
    lapsed_figures,
    lapsed_giving,
    lapsed_people,
)
from payments.finance.giving.rows import StatementRows, streamed
from payments.finance.giving_years import YearForm
from payments.finance.links import to_report
from payments.finance.selections import Filters, Selection
from payments.finance.table import Table

# Of a newspaper to which nobody gave.
_NO_ONE = Figures(0, {f"{name}_minor": {} for name in ("last", "largest", "lifetime")})


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


def _asked(filters: Filters) -> tuple[Given, int | None, str]:
    selection = LapsedSelection.from_filters(filters)
    given = Given(selection.entity)
    year = int(selection.year) if selection.year else given.last_year()
    return given, year, selection.lapse


def _rows(filters: Filters) -> Iterator[Row]:
    given, year, lapse = _asked(filters)
    if year is None:
        return iter(())
    return map(_row_of(given, year), streamed(lapsed_people(given, year, lapse)))


def _screen(filters: Filters) -> Sequence[Row]:
    given, year, lapse = _asked(filters)
    if year is None:
        return ()
    return StatementRows(
        partial(lapsed_people, given, year, lapse),
        _row_of(given, year),
        partial(lapsed_figures, given, year, lapse),
    )


def _totals(filters: Filters) -> Figures:
    given, year, lapse = _asked(filters)
    return _NO_ONE if year is None else lapsed_figures(given, year, lapse)


def _row_of(given: Given, year: int) -> Callable[[tuple[Any, ...]], Row]:
    """Return what makes the report's row of a row of the database."""
    _, until = given.days(year - 1)
    return lambda values: _row(lapsed_giving(values), year, until)


def _row(each: LapsedGiving, year: int, until: date) -> Row:
    lapse = Lapse.LYBUNT if each.last_year == year - 1 else Lapse.SYBUNT
    return (
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
    screen=_screen,
    totals=_totals,
)
