"""A report's rows into a file: one snapshot, a few rows in memory at a time, and figures that prove it whole."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from typing import BinaryIO

from django.db import connection

from payments.finance.columns import ControlTotals, Figures, Row
from payments.finance.exportable import Watch
from payments.finance.manifest import described
from payments.finance.orders import Origin
from payments.finance.snapshot import one_snapshot
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.finance.writers.base import About

_EVERY = 5000


class FiguresDiffer(Exception):
    """The rows of a file do not add up to what the database says of them: a defect of the report."""


def write_report(origin: Origin, target: BinaryIO, *, watch: Watch) -> Figures:
    """Write the file that is ordered and return its control totals; `target` stays open.

    On PostgreSQL a report that has its rows in SQL, too, is copied in those formats that can be; the file is the same.
    Raises FiguresDiffer, which leaves a file that is not to be used.
    """
    table = TABLES[origin.order.report]
    with one_snapshot() as snapshot:
        told = (
            snapshot.beside(partial(table.totals, origin.order.filters)) if table.totals else None
        )

        def tick(rows: int) -> None:
            watch(rows, told.result().row_count if told and told.done() else 0)

        if told is not None and connection.vendor == "postgresql" and _can_copy(table, origin):
            written = _copy_rows(origin, table, target, tick, told)
        else:
            written = _write_rows(origin, table, target, tick, reads_all=told is None)
        expected = told.result() if told else written
    if written != expected:
        raise FiguresDiffer(f"{table.name}: {written} in the file, {expected} in the database.")
    return expected


def _can_copy(table: Table, origin: Origin) -> bool:
    return table.sql is not None and WRITERS[origin.order.format].copy is not None


def _copy_rows(
    origin: Origin,
    table: Table,
    target: BinaryIO,
    tick: Callable[[int], None],
    told: "Future[Figures]",
) -> Figures:
    """Let PostgreSQL write the rows; the sums are the database's, the number of rows is the file's."""
    order = origin.order
    copy = WRITERS[order.format].copy
    if copy is None or table.sql is None:
        raise TypeError(f"{table.name} cannot be copied as {order.format}.")
    tick(0)
    count = copy(
        target,
        table.chosen_columns(include_personal=order.include_personal),
        table.sql(order.filters),
        About(origin.as_of, lambda: described(origin, told.result())),
        tick,
    )
    return Figures(count, told.result().sums)


def _write_rows(
    origin: Origin,
    table: Table,
    target: BinaryIO,
    tick: Callable[[int], None],
    *,
    reads_all: bool,
) -> Figures:
    order = origin.order
    columns, rows = table.select(order.filters, include_personal=order.include_personal)
    # Where the database tells no figures, rows are few enough to look at every value.
    totals = ControlTotals(columns, reads_all=reads_all)
    about = About(origin.as_of, lambda: described(origin, totals.figures()))
    WRITERS[order.format].write(target, columns, _counted(rows, totals, tick), about)
    return totals.figures()


def _counted(
    rows: Iterable[Row], totals: ControlTotals, tick: Callable[[int], None]
) -> Iterator[Row]:
    """Pass the rows on, adding each to the totals and telling now and then how many there were."""
    tick(0)
    for row in rows:
        totals.add(row)
        if totals.row_count % _EVERY == 0:
            tick(totals.row_count)
        yield row
