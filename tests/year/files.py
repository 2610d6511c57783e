"""Every report of the year as files, read back with other libraries than those that wrote them."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pyarrow.parquet as pq
from django.utils import timezone

from payments.finance.columns import ColumnKind
from payments.finance.orders import Asking, ExportOrder, Origin
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.finance.writers.parquet import MANIFEST_KEY
from payments.finance.writing import write_report
from tests.year.player import Played

# Per column of minor units and currency.
Sums = dict[str, dict[str, int]]


def every_file(played: Played) -> None:
    """Each report in each format holds the rows and the sums that its control totals state."""
    for table in TABLES.values():
        asked = table.form.base_fields.keys()
        filters = {name: text for name, text in filters_of(played).items() if name in asked}
        figures = table.figures(filters)
        found = {
            "csv": _sums(table, _csv_rows(exported(table, "csv", filters))),
            "xlsx": _sums(table, _sheet_rows(exported(table, "xlsx", filters))),
            "parquet": _sums(table, _parquet_rows(exported(table, "parquet", filters))),
        }
        for format_name, (row_count, sums) in found.items():
            assert row_count == figures.row_count, (table.name, format_name)
            assert sums == _without_nothing(figures.sums), (table.name, format_name)


def filters_of(played: Played) -> dict[str, str]:
    """The calendar year that was played."""
    return {
        "entity": played.campaign.entity.slug,
        "first": f"{played.year}-01-01",
        "last": f"{played.year}-12-31",
    }


def rows_of(name: str, filters: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of a report by the names of its columns."""
    table = TABLES[name]
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows(dict(filters))]


def exported(table: Table, format: str, filters: dict[str, str]) -> bytes:  # noqa: A002  as the order calls it
    """The file of a report, as the task that writes exports makes it."""
    now = timezone.now()
    target = BytesIO()
    order = ExportOrder(table.name, format, filters, include_personal=True)
    origin = Origin(order, Asking("the year", now, table.schema_version), now)
    write_report(origin, target, watch=lambda rows, expected: None)
    return target.getvalue()


def _csv_rows(file: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(StringIO(file.decode(), newline=""), strict=True))


def _sheet_rows(file: bytes) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(BytesIO(file), read_only=True)
    names, *rows = book["Rows"].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _parquet_rows(file: bytes) -> list[dict[str, Any]]:
    table = pq.read_table(BytesIO(file))
    manifest = json.loads(pq.read_metadata(BytesIO(file)).metadata[MANIFEST_KEY.encode()])
    assert manifest["row_count"] == table.num_rows
    return list(table.to_pylist())


def _sums(table: Table, rows: Iterable[Mapping[str, Any]]) -> tuple[int, Sums]:
    count, sums = 0, {}
    for row in rows:
        count += 1
        for column in table.columns:
            if column.kind is ColumnKind.MINOR and row[column.name] not in (None, ""):
                of_column = sums.setdefault(column.name, Counter())
                of_column[row[column.currency]] += int(row[column.name])
    return count, _without_nothing(sums)


def _without_nothing(sums: Mapping[str, Mapping[str, int]]) -> Sums:
    return {name: dict(by_currency) for name, by_currency in sums.items() if by_currency}
