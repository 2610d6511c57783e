"""One file format a module; WRITERS is their index."""

from payments.finance.writers.base import Writer
from payments.finance.writers.csv import write_csv, write_csv_with_mark

WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("csv", "CSV", "csv", "text/csv; charset=utf-8", write_csv),
        Writer("csv_bom", "CSV for Excel", "csv", "text/csv; charset=utf-8", write_csv_with_mark),
    )
}
