"""One file format a module; WRITERS is their index."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

from payments.finance.columns import Column, Row
from payments.finance.sql import SqlRows
from payments.finance.writers.base import About, Writer
from payments.finance.writers.csv import (
    copy_csv,
    copy_csv_with_mark,
    write_csv,
    write_csv_with_mark,
)
from payments.finance.writers.xlsx import write_xlsx


# Arrow is imported late: it takes 50 MB, for which a process that serves pages has no use.
def _write_parquet(
    target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row], about: About
) -> None:
    from payments.finance.writers.parquet import write_parquet  # noqa: PLC0415

    write_parquet(target, columns, rows, about)


def _copy_parquet(
    target: BinaryIO,
    columns: tuple[Column, ...],
    rows: SqlRows,
    about: About,
    tick: Callable[[int], None],
) -> int:
    from payments.finance.writers.parquet import copy_parquet  # noqa: PLC0415

    return copy_parquet(target, columns, rows, about, tick)


_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("csv", "CSV", "csv", _CSV, write_csv, copy_csv),
        Writer("csv_bom", "CSV for Excel", "csv", _CSV, write_csv_with_mark, copy_csv_with_mark),
        Writer("xlsx", "Excel workbook (XLSX)", "xlsx", _XLSX, write_xlsx),
        Writer(
            "parquet",
            "Parquet",
            "parquet",
            "application/vnd.apache.parquet",
            _write_parquet,
            _copy_parquet,
        ),
    )
}
