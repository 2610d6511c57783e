"""R7a, donors of a year: the people whom the figures of donor years count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms

from payments.finance.columns import (
    Column,
    ColumnKind,
    Figures,
    Link,
    Row,
    Value,
    amount,
    amount_columns,
)
from payments.finance.filters import currency_field
from payments.finance.giving.donors import (
    DonorsWanted,
    year_donor,
    year_donor_figures,
    year_donors,
)
from payments.finance.giving.given import Given
from payments.finance.giving.rows import StatementRows, streamed
from payments.finance.giving_years import YearForm
from payments.finance.links import report_address
from payments.finance.measures.donor_years import DonorGroup
from payments.finance.selections import Filters, Selection
from payments.finance.table import Table

# Of a newspaper to which nobody gave.
_NO_ONE = Figures(0, {"given_before_minor": {}, "given_minor": {}})


def _to_gifts(first: str, last: str, amount_of: str = "") -> Link:
    """Lead to a person's gifts between the days of two columns, in the line's currency where it has one.

    An amount of nothing has no gifts behind it.
    """

    def link(values: Mapping[str, Value], filters: Filters) -> str:
        if amount_of and not values[amount_of]:
            return ""
        wanted = {
            "entity": filters["entity"],
            "first": str(values[first]),
            "last": str(values[last]),
            "supporter": str(values["supporter"]),
            "currency": str(values["currency"] or ""),
        }
        return report_address(
            "standing_gifts", {name: text for name, text in wanted.items() if text}
        )

    return link


_COLUMNS = (
    Column("year", is_shown=False),
    Column("first_day_before", ColumnKind.DATE, is_shown=False),
    Column("last_day_before", ColumnKind.DATE, is_shown=False),
    Column("first_day", ColumnKind.DATE, is_shown=False),
    Column("last_day", ColumnKind.DATE, is_shown=False),
    Column("kind", heading="Is", labels=dict(DonorGroup.choices)),
    Column("change", heading="Gave", labels={"raised": "More", "lowered": "Less"}),
    Column("supporter_name", is_personal=True, heading="Name"),
    Column("supporter_email", is_personal=True, heading="Email"),
    Column("gave_in", heading="In"),
    Column("currency", is_shown=False),
    *amount_columns(
        "given_before",
        currency="currency",
        heading="The year before",
        link=_to_gifts("first_day_before", "last_day_before", "given_before"),
    ),
    *amount_columns("given", currency="currency", link=_to_gifts("first_day", "last_day", "given")),
    Column("supporter", is_whole=True, link=_to_gifts("first_day_before", "last_day")),
)


@dataclass(frozen=True, slots=True)
class DonorSelection(Selection):
    """A year's people, empty for the last with gifts; those who gave in one currency, and of one group."""

    year: str = ""
    currency: str = ""
    group: str = ""


class DonorForm(YearForm):
    """The filters of donors of a year."""

    currency = currency_field()
    group = forms.ChoiceField(
        label="Who", required=False, choices=[("", "All who gave"), *DonorGroup.choices]
    )


def _asked(filters: Filters) -> tuple[Given, DonorsWanted | None]:
    selection = DonorSelection.from_filters(filters)
    given = Given(selection.entity)
    year = int(selection.year) if selection.year else given.last_year()
    if year is None:
        return given, None
    group = DonorGroup(selection.group).value if selection.group else ""
    return given, DonorsWanted(year, selection.currency, group)


def _rows(filters: Filters) -> Iterator[Row]:
    given, wanted = _asked(filters)
    if wanted is None:
        return iter(())
    return map(_row_of(given, wanted), streamed(year_donors(given, wanted)))


def _screen(filters: Filters) -> Sequence[Row]:
    given, wanted = _asked(filters)
    if wanted is None:
        return ()
    return StatementRows(
        partial(year_donors, given, wanted),
        _row_of(given, wanted),
        partial(year_donor_figures, given, wanted),
    )


def _totals(filters: Filters) -> Figures:
    given, wanted = _asked(filters)
    return _NO_ONE if wanted is None else year_donor_figures(given, wanted)


def _row_of(given: Given, wanted: DonorsWanted) -> Callable[[tuple[Any, ...]], Row]:
    """Return what makes the report's row of a row of the database."""
    days = (*given.days(wanted.year - 1), *given.days(wanted.year))
    # Amounts of different currencies do not add up, so they are told in one.
    currency = wanted.currency or None

    def row(values: tuple[Any, ...]) -> Row:
        each = year_donor(values)
        return (
            str(wanted.year),
            *days,
            each.kind,
            each.change,
            each.name,
            each.email,
            ", ".join(each.currencies),
            currency,
            *amount(each.before, currency),
            *amount(each.now, currency),
            str(each.supporter),
        )

    return row


DONORS = Table(
    code="R7a",
    name="donors",
    title="Donors of a year",
    definition=(
        "The people whom donor years count, one line each: who gave in a year, or who did in the year before and not "
        "in it. Amounts are told in one currency at a time; a gift counts with what stands of it, on the day it "
        "settled."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=DonorForm,
    screen=_screen,
    totals=_totals,
)
