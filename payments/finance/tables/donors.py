"""R7a, donors of a year: the people whom the figures of donor years count."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django import forms

from payments.finance.columns import Column, ColumnKind, Link, Row, Value, amount, amount_columns
from payments.finance.filters import currency_field
from payments.finance.giving_years import GivingYears, YearForm
from payments.finance.links import report_address
from payments.finance.measures.donor_years import ALL, DonorGroup, groups_of
from payments.finance.selections import Filters, Selection
from payments.finance.table import Table

# What a person is to a year, of which one holds; raised and lowered are said besides.
_KINDS = (DonorGroup.NEW, DonorGroup.RETAINED, DonorGroup.RECAPTURED, DonorGroup.LAPSED)
_CHANGES = (DonorGroup.RAISED, DonorGroup.LOWERED)


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


def _rows(filters: Filters) -> Iterator[Row]:
    selection = DonorSelection.from_filters(filters)
    giving = GivingYears(selection.entity)
    span = giving.span()
    if span is None:
        return
    year = int(selection.year or span[1])
    days = (*giving.days(year - 1), *giving.days(year))
    wanted = {DonorGroup(selection.group)} if selection.group else {*_KINDS} - {DonorGroup.LAPSED}
    for supporter, lines in groupby(giving.donors(year), key=itemgetter(0)):
        gave: dict[int, dict[str, int]] = defaultdict(dict)
        name = email = ""
        for _, each, gave_in, minor, its_name, its_email in lines:
            gave[each][gave_in] = minor
            name, email = max(name, its_name), max(email, its_email)
        groups = groups_of(gave, year, selection.currency or ALL)
        if groups & wanted:
            now, before = gave.get(year, {}), gave.get(year - 1, {})
            # Amounts of different currencies do not add up, so they are told in one.
            currency = selection.currency or None
            yield (
                str(year),
                *days,
                _one_of(_KINDS, groups),
                _one_of(_CHANGES, groups),
                name,
                email,
                ", ".join(sorted(now or before)),
                currency,
                *amount(before.get(selection.currency, 0), currency),
                *amount(now.get(selection.currency, 0), currency),
                str(supporter),
            )


def _one_of(choices: tuple[DonorGroup, ...], groups: frozenset[DonorGroup]) -> str | None:
    return next((group.value for group in choices if group in groups), None)


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
)
