"""A report: what it is called, what it means, which rows it has and how a screen and a file get at them.

To add a report, write `tables/<name>.py` with one `Table` and add it to its group below::

    _COLUMNS = (
        Column("fund", heading="Fund", link=to_report("gift_register", fund="fund")),
        Column("currency", is_shown=False),
        *amount_columns("received", currency="currency"),
        Column("gift_count", ColumnKind.INTEGER, heading="Gifts"),
    )


    def _rows(filters: Filters) -> Iterator[Row]:
        selection = PeriodSelection.from_filters(filters)
        for fund, currency, minor, count in received_by_fund(selection):
            yield fund, currency, *amount(minor, currency), count


    FUNDS = Table(
        code="R10",
        name="funds",
        title="Funds",
        definition="What each fund received in the period, by the day a gift settled.",
        schema_version=1,
        columns=_COLUMNS,
        rows=_rows,
    )

- Rows are plain tuples, one value a column, in a fixed and total order. What a reader or member of staff typed is TEXT
  and never anything else; money is always a pair of `amount_columns`; names and emails are `is_personal`.
- Rules that are worth a test of their own are a pure module beside, fed by a query; `_rows` puts the two together.
- Filters: `form` is a ReportForm (filters.py), PeriodForm unless told otherwise; its field names are the filters. A
  report with more of them adds fields to a subclass, and `rows` reads the stored strings with a Selection of the same
  names (selections.py).
- A figure that has rows behind it links to them (`to_report`), and they must sum to it.
- Many rows: give `screen` (QueryRows fetches by the page) and `totals` (summed by the database), and let `rows` stream
  with `.iterator()`. Few, derived rows need neither.
- More than control totals above the rows: `panel`, a template, and `context`.
- Everything else comes by itself: the page at /finance/reports/<name>/, exports in every format with their manifest,
  `manage.py export_report`, the log of who looked. tests/payments/test_reports.py holds every table to this.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.urls import reverse

from payments.finance.columns import Column, ControlTotals, Figures, Row
from payments.finance.filters import PeriodForm, ReportForm
from payments.finance.selections import Filters
from payments.finance.sql import SqlRows


@dataclass(frozen=True, slots=True)
class Table:
    """One report, on screen and as a file.

    `rows` takes the filters as they are stored and yields one value for every column, in a fixed and total order.
    `schema_version` rises whenever a column is added, removed, renamed or changes its meaning. `definition` is one
    sentence on the page that says which rows these are and by which date.

    A report of more than a few thousand rows also gives `screen`, a sequence that fetches only the slice asked for, and
    `totals`, the figures summed by the database with a fingerprint of the rows; without them its rows are listed. A
    screen that knows its figures besides (FiguredRows) spares the page to ask for them again.
    `sql`, together with `totals`, lets PostgreSQL write files itself. `panel` is a template drawn between filters and
    rows in the place of the control totals, with `context` added to it; it finds what `screen` returned as `every`.
    """

    code: str
    name: str
    title: str
    definition: str
    schema_version: int
    columns: tuple[Column, ...]
    rows: Callable[[Filters], Iterator[Row]]
    form: type[ReportForm] = PeriodForm
    permission: str = "payments.view_reports"
    screen: Callable[[Filters], Sequence[Row]] | None = None
    totals: Callable[[Filters], Figures] | None = None
    sql: Callable[[Filters], SqlRows] | None = None
    panel: str = "payments/finance/report_totals.html"
    context: Callable[[Filters], dict[str, Any]] | None = None

    def get_absolute_url(self) -> str:
        return reverse("payments:report", args=[self.name])

    @property
    def has_personal_columns(self) -> bool:
        return any(column.is_personal for column in self.columns)

    @property
    def has_period(self) -> bool:
        """Whether its filters are days, so that it can be asked for one month."""
        return {"first", "last"} <= self.form.base_fields.keys()

    def chosen_columns(self, *, include_personal: bool) -> tuple[Column, ...]:
        """Return the columns of a file, without the personal ones unless they are asked for."""
        return tuple(
            column for column in self.columns if include_personal or not column.is_personal
        )

    def select(
        self, filters: Filters, *, include_personal: bool
    ) -> tuple[tuple[Column, ...], Iterator[Row]]:
        """Return the columns of a file and its rows."""
        chosen = self.chosen_columns(include_personal=include_personal)
        if len(chosen) == len(self.columns):
            return self.columns, self.rows(filters)
        kept = [index for index, column in enumerate(self.columns) if column in chosen]
        return chosen, map(itemgetter(*kept), self.rows(filters))

    def figures(self, filters: Filters) -> Figures:
        """Return the control totals of the selected rows."""
        if self.totals is not None:
            return self.totals(filters)
        columns, rows = self.select(filters, include_personal=False)
        totals = ControlTotals(columns, reads_all=True)
        for row in rows:
            totals.add(row)
        return totals.figures()

    def added_up(self, rows: Sequence[Row]) -> Figures:
        """Return the control totals of these rows, each with all columns."""
        totals = ControlTotals(self.columns)
        for row in rows:
            totals.add(row)
        return totals.figures()
