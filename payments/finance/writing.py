"""A report's rows into a file: one snapshot, a few rows in memory at a time, and figures that prove it whole."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from django.db import connection

from payments.finance.columns import ControlTotals, Figures, Row
from payments.finance.manifest import described
from payments.finance.orders import Facts, Origin
from payments.finance.snapshot import one_snapshot
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.finance.writers.base import About

# Called with the rows so far and how many are expected (0 for unknown); what it raises ends the writing.
Watch = Callable[[int, int], None]

_EVERY = 5000


class FiguresDiffer(Exception):
    """The rows of a file do not add up to what the database says of them: a defect of the report."""


def write_report(origin: Origin, target: BinaryIO, *, watch: Watch) -> Figures:
    """Write the file that is ordered and return its control totals; `target` stays open.

    On PostgreSQL a report that has its rows in SQL, too, is copied in those formats that can be; the file is the same.
    Raises FiguresDiffer, which leaves a file that is not to be used.
    """
    order = origin.order
    table, writer = TABLES[order.report], WRITERS[order.format]
    with one_snapshot():
        expected = table.totals(order.filters) if table.totals else None
        if connection.vendor == "postgresql" and writer.copy and table.sql and expected:
            about = About(origin.as_of, lambda: described(origin, expected))
            columns = table.chosen_columns(include_personal=order.include_personal)
            count = writer.copy(
                target,
                columns,
                table.sql(order.filters),
                about,
                lambda rows: watch(rows, expected.row_count),
            )
            written = Figures(count, expected.sums, expected.fingerprint)
        else:
            written = _write_rows(origin, table, target, watch, expected)
    if expected is not None and written != expected:
        raise FiguresDiffer(f"{table.name}: {written} in the file, {expected} in the database.")
    return expected or written


def _write_rows(
    origin: Origin, table: Table, target: BinaryIO, watch: Watch, expected: Figures | None
) -> Figures:
    order = origin.order
    columns, rows = table.select(order.filters, include_personal=order.include_personal)
    # Where the database tells no figures, rows are few enough to look at every value.
    totals = ControlTotals(columns, reads_all=expected is None)

    def manifest() -> Facts:
        return described(origin, totals.figures())

    WRITERS[order.format].write(
        target,
        columns,
        _counted(rows, totals, watch, expected.row_count if expected else 0),
        About(origin.as_of, manifest),
    )
    return totals.figures()


def _counted(
    rows: Iterable[Row], totals: ControlTotals, watch: Watch, expected: int
) -> Iterator[Row]:
    """Pass the rows on, adding each to the totals and telling the watcher now and then."""
    watch(0, expected)
    for row in rows:
        totals.add(row)
        if totals.row_count % _EVERY == 0:
            watch(totals.row_count, expected)
        yield row
