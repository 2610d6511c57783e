"""One file format a module; WRITERS is their index."""

from payments.finance.writers.base import Writer
from payments.finance.writers.csv import (
    copy_csv,
    copy_csv_with_mark,
    write_csv,
    write_csv_with_mark,
)
from payments.finance.writers.parquet import copy_parquet, write_parquet
from payments.finance.writers.xlsx import write_xlsx

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
            write_parquet,
            copy_parquet,
        ),
    )
}
