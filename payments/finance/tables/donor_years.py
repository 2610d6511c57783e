"""R7, donor years: how many people gave in a year, and what they are to the years before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from payments.finance.columns import Column, ColumnKind, Link, Row, Value, amount, amount_columns
from payments.finance.filters import ReportForm
from payments.finance.giving.counted import donor_years_counted
from payments.finance.giving.given import Given
from payments.finance.giving_years import this_year, year_field
from payments.finance.links import report_address
from payments.finance.measures.donor_years import (
    ALL,
    DonorGroup,
    DonorKind,
    DonorYear,
)
from payments.finance.selections import Filters, Selection
from payments.finance.snapshot import one_snapshot
from payments.finance.table import Table

# Years that are shown unless others are asked for.
_USUAL = 5


def _to_people(group: DonorGroup | None = None) -> Link:
    """Lead to the people of a line, or to those of one group, where there are any."""

    def link(values: Mapping[str, Value], filters: Filters) -> str:
        if not values[group.value if group else "donors"]:
            return ""
        wanted = {
            "entity": filters["entity"],
            "year": str(values["year"]),
            "currency": str(values["currency"] or ""),
            "group": group.value if group else "",
        }
        return report_address("donors", {name: value for name, value in wanted.items() if value})

    return link


def _counted(group: DonorGroup) -> Column:
    return Column(group.value, ColumnKind.INTEGER, heading=group.label, link=_to_people(group))


_COLUMNS = (
    Column("year", heading="Year from"),
    Column("gave_in", heading="Gave in", labels={ALL: "All currencies"}),
    Column("donors", ColumnKind.INTEGER, link=_to_people()),
    *(_counted(DonorGroup(kind.value)) for kind in DonorKind),
    _counted(DonorGroup.LAPSED),
    Column("kept", ColumnKind.SHARE, heading="Retention"),
    _counted(DonorGroup.RAISED),
    _counted(DonorGroup.LOWERED),
    Column("currency", is_shown=False),
    *amount_columns("given", currency="currency", link=_to_people()),
    *(
        column
        for kind in DonorKind
        for column in amount_columns(
            f"given_{kind.value}",
            currency="currency",
            heading=f"Given, {kind.label.lower()}",
            is_shown=False,
            link=_to_people(DonorGroup(kind.value)),
        )
    ),
)


@dataclass(frozen=True, slots=True)
class DonorYearSelection(Selection):
    """Years from one to another by the calendar years in which they began; empty does not narrow."""

    first_year: str = ""
    last_year: str = ""


class DonorYearForm(ReportForm):
    """The filters of donor years."""

    first_year = year_field("From year")
    last_year = year_field("To year")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", "This year is before the first one.")
        return cleaned

    @classmethod
    def defaults(cls, today: date) -> dict[str, str]:
        year = this_year(today)
        return {"first_year": str(year - _USUAL + 1), "last_year": str(year)}


def _rows(filters: Filters) -> Iterator[Row]:
    selection = DonorYearSelection.from_filters(filters)
    given = Given(selection.entity)
    first, last = (
        int(year) if year else None for year in (selection.first_year, selection.last_year)
    )
    with one_snapshot():
        lines = donor_years_counted(given, first, last)
    return map(_row, lines)


def _row(line: DonorYear) -> Row:
    currency = None if line.currency == ALL else line.currency
    retained = line.counts[DonorKind.RETAINED]
    kept = Fraction(line.before - line.lapsed, line.before) if line.before else None
    given = [sum(line.given.values()), *line.given.values()]
    return (
        str(line.year),
        line.currency,
        line.donors,
        line.counts[DonorKind.NEW],
        retained,
        line.counts[DonorKind.RECAPTURED],
        line.lapsed,
        None if kept is None else Decimal(round(kept * 1_000_000)).scaleb(-6),
        line.raised,
        line.lowered,
        currency,
        *(value for minor in given for value in amount(minor, currency)),
    )


DONOR_YEARS = Table(
    code="R7",
    name="donor_years",
    title="Donor years",
    definition=(
        "People who gave in each of the newspaper's years: new ones, those who gave in the year before, and those who "
        "came back; and those of the year before who did not, or not yet. A gift counts with what stands of it, on "
        "the day it settled."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=DonorYearForm,
)
