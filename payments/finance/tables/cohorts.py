"""R5, retention: of the gifts that began in a month, how many still run so many months later, and with how much."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from payments.finance.cohort_months import CohortForm, CohortSelection, SeenCohort, seen_cohorts
from payments.finance.columns import Column, ColumnKind, Row, Value, amount, amount_columns
from payments.finance.links import report_address
from payments.finance.measures.cohorts import Cohort
from payments.finance.selections import Filters
from payments.finance.table import Table

# The report of the gifts behind a cell.
GIFTS = "cohort_gifts"


def _to_begun(values: Mapping[str, Value], filters: Filters) -> str:
    """Lead to every gift of a cohort, seen at the cell's age."""
    wanted = {
        "entity": filters["entity"],
        "first": str(values["first_day"]),
        "last": str(values["last_day"]),
        "until": str(values["seen_on"]),
        "currency": str(values["currency"]),
    }
    return report_address(GIFTS, wanted)


def _to_standing(values: Mapping[str, Value], filters: Filters) -> str:
    """Lead to those that the cell still counts, where there are any."""
    if not values["standing_gifts"]:
        return ""
    return f"{_to_begun(values, filters)}&standing=on"


_COLUMNS = (
    Column("month", heading="Begun in"),
    Column("first_day", ColumnKind.DATE, is_shown=False),
    Column("last_day", ColumnKind.DATE, is_shown=False),
    Column("currency", is_shown=False),
    Column("age", ColumnKind.INTEGER, heading="Months later"),
    Column("seen_on", ColumnKind.DATE, is_shown=False),
    Column("begun_gifts", ColumnKind.INTEGER, heading="Gifts begun", link=_to_begun),
    Column("standing_gifts", ColumnKind.INTEGER, heading="Still given", link=_to_standing),
    Column("kept", ColumnKind.SHARE, heading="Of the gifts"),
    *amount_columns(
        "begun", currency="currency", heading="Begun, a year", is_summed=False, link=_to_begun
    ),
    *amount_columns(
        "standing",
        currency="currency",
        heading="Still given, a year",
        is_summed=False,
        link=_to_standing,
    ),
    Column("kept_amount", ColumnKind.SHARE, heading="Of the money"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A share that is kept, None of nothing, with a shade from 0 to 5, a fifth of the whole each."""

    share: Fraction | None
    address: str

    @property
    def shade(self) -> int:
        return min(int((self.share or 0) * 5), 5)


@dataclass(frozen=True, slots=True)
class Line:
    """One month's cohort: how many gifts began, and what is kept of them at each age."""

    month: date
    begun_count: int
    address: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Triangle:
    """One currency's cohorts as a table, by gifts and by money."""

    currency: str
    ages: list[int]
    gifts: list[Line]
    amounts: list[Line]


def _rows(filters: Filters) -> Iterator[Row]:
    for seen in seen_cohorts(CohortSelection.from_filters(filters)):
        yield from _of(seen)


def _of(seen: SeenCohort) -> Iterator[Row]:
    """Yield a cohort's row for each age."""
    cohort = seen.cohort
    for age, (standing, seen_on) in enumerate(zip(cohort.standing, seen.seen_on, strict=True)):
        yield (
            f"{cohort.month:%Y-%m}",
            cohort.month,
            seen.last_day,
            cohort.currency,
            age,
            seen_on,
            cohort.begun.count,
            standing.count,
            _share(cohort.kept(age)),
            *amount(cohort.begun.annual, cohort.currency),
            *amount(standing.annual, cohort.currency),
            _share(cohort.kept_amount(age)),
        )


def _share(share: Fraction | None) -> Decimal | None:
    """Return a share with six decimals, halves to even."""
    return None if share is None else Decimal(round(share * 1_000_000)).scaleb(-6)


class _Screen(list[Row]):
    """The rows, with the triangles that the panel draws of the same cohorts."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._seen = list(seen_cohorts(CohortSelection.from_filters(filters)))
        super().__init__(row for seen in self._seen for row in _of(seen))

    def triangles(self) -> list[Triangle]:
        told: dict[str, list[SeenCohort]] = {}
        for seen in self._seen:
            told.setdefault(seen.cohort.currency, []).append(seen)
        return [_triangle(currency, told[currency], self._filters) for currency in sorted(told)]


def _triangle(currency: str, told: list[SeenCohort], filters: Filters) -> Triangle:
    names = [column.name for column in _COLUMNS]

    def lines(kept: Callable[[Cohort, int], Fraction | None]) -> list[Line]:
        found = []
        for seen in told:
            rows = [dict(zip(names, row, strict=True)) for row in _of(seen)]
            cells = [
                Cell(kept(seen.cohort, age), _to_standing(row, filters))
                for age, row in enumerate(rows)
            ]
            begun = seen.cohort.begun.count
            found.append(Line(seen.cohort.month, begun, _to_begun(rows[0], filters), cells))
        return found

    ages = list(range(max(len(seen.seen_on) for seen in told)))
    return Triangle(currency, ages, lines(Cohort.kept), lines(Cohort.kept_amount))


COHORTS = Table(
    code="R5",
    name="cohorts",
    title="Retention",
    definition=(
        "Of the recurring gifts that began in a month, those that still run at the end of that month and of each one "
        "after it. A gift that is paused does not count while it is; amounts are what the gifts come to in a year."
    ),
    schema_version=2,
    columns=_COLUMNS,
    rows=_rows,
    form=CohortForm,
    panel="payments/finance/cohorts.html",
    screen=_Screen,
)
