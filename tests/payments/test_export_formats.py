"""Files of every report in every format, read back with other libraries."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.orders import Asking, ExportOrder, Origin
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.finance.writers.base import About
from payments.finance.writers.parquet import MANIFEST_KEY
from payments.finance.writers.xlsx import CellTooLong, write_xlsx
from payments.finance.writing import write_report
from payments.models import Campaign, RefundStatus
from tests.factories import NOON, CustomerFactory
from tests.payments.gifts import a_gift, a_refund

NASTY = ["=1+1", "+1", "-1", "@SUM", "\t=1", "＝1", 'a "b", c', "d\ne", "Zoë 💷", "", None, "0012"]
COLUMNS = (
    Column("text"),
    Column("on", ColumnKind.DATE),
    Column("at", ColumnKind.INSTANT),
    Column("count", ColumnKind.INTEGER),
    Column("share", ColumnKind.SHARE),
    Column("currency"),
    *amount_columns("amount", currency="currency"),
)
AT = datetime(2026, 11, 20, 12, 30, 5, tzinfo=UTC)
FACTS = {"report": "sample", "row_count": 2, "control_totals": {"amount_minor": {"GBP": -5}}}
ABOUT = About(AT, lambda: FACTS)


@pytest.fixture
def book(campaign: Campaign) -> None:
    payer = CustomerFactory.create(name="=1+1", email="payer@example.org")
    a_refund(a_gift(campaign, 2500, customer=payer), 1000)
    a_refund(a_gift(campaign, 700), 700, status=RefundStatus.FAILED)
    a_gift(campaign, 500, currency="JPY", frequency="monthly")
    a_gift(campaign, 4000, currency="USD", is_booked=False)


def _rows() -> Iterator[Row]:
    for number, text in enumerate(NASTY):
        currency = ("GBP", "JPY", "KWD")[number % 3]
        yield (
            text,
            date(2026, 11, 20),
            AT,
            number,
            Decimal("0.125"),
            currency,
            *amount(-5 * number, currency),
        )


def _file(format: str) -> bytes:  # noqa: A002
    target = BytesIO()
    WRITERS[format].write(target, COLUMNS, _rows(), ABOUT)
    return target.getvalue()


def _report(table: Table, format: str, *, include_personal: bool = True) -> bytes:  # noqa: A002
    order = ExportOrder(table.name, format, {"entity": "courier"}, include_personal)
    target = BytesIO()
    origin = Origin(order, Asking("somebody", NOON, table.schema_version), NOON)
    write_report(origin, target, watch=lambda rows, expected: None)
    return target.getvalue()


every_report = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@every_report
def test_every_report_is_the_same_in_every_format(table: Table, book: None) -> None:
    rows = list(csv.DictReader(StringIO(_report(table, "csv").decode(), newline="")))
    marked = _report(table, "csv_bom")
    sheet = openpyxl.load_workbook(BytesIO(_report(table, "xlsx")))["Rows"]
    parquet = pq.read_table(BytesIO(_report(table, "parquet")))

    assert marked == b"\xef\xbb\xbf" + _report(table, "csv")
    names = [column.name for column in table.columns]
    assert [cell.value for cell in sheet[1]] == parquet.column_names == names
    assert sheet.max_row - 1 == parquet.num_rows == len(rows)
    for column in table.columns:
        if column.kind is ColumnKind.MINOR:
            in_csv = [int(row[column.name]) for row in rows if row[column.name]]
            in_parquet = [value for value in parquet[column.name].to_pylist() if value is not None]
            at = names.index(column.name)
            in_sheet = [line[at] for line in sheet.iter_rows(min_row=2, values_only=True)]
            assert in_csv == in_parquet == [value for value in in_sheet if value is not None]


@every_report
@pytest.mark.parametrize("format", WRITERS)
def test_the_same_rows_give_the_same_bytes(table: Table, format: str, book: None) -> None:  # noqa: A002
    assert _report(table, format) == _report(table, format)


@every_report
@pytest.mark.parametrize("format", WRITERS)
def test_names_and_emails_are_left_out_of_a_file_unless_asked_for(
    table: Table,
    format: str,  # noqa: A002
    book: None,
) -> None:
    plain = _report(table, format, include_personal=False)
    if format == "parquet":
        columns = pq.read_table(BytesIO(plain)).column_names
    elif format == "xlsx":
        columns = [cell.value for cell in openpyxl.load_workbook(BytesIO(plain))["Rows"][1]]
    else:
        columns = plain.decode("utf-8-sig").split("\r\n")[0].split(",")

    assert columns == [column.name for column in table.columns if not column.is_personal]


def test_a_workbook_keeps_text_as_text_and_types_the_rest() -> None:
    sheet = openpyxl.load_workbook(BytesIO(_file("xlsx")))["Rows"]

    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == [text or None for text in NASTY]
    assert {row[0].data_type for row in rows if row[0].value} == {"s"}
    assert [row[1].value for row in rows] == [datetime(2026, 11, 20)] * len(NASTY)  # noqa: DTZ001
    assert rows[1][2].value == datetime(2026, 11, 20, 12, 30, 5)  # noqa: DTZ001  a sheet has no zones
    assert [(row[6].value, row[6].number_format) for row in rows[:3]] == [
        (0, "#,##0.00"),
        (-5, "#,##0"),
        (-0.01, "#,##0.000"),
    ]
    assert [row[3].value for row in rows] == list(range(len(NASTY)))


def test_a_workbook_says_on_its_second_sheet_what_it_is() -> None:
    book = openpyxl.load_workbook(BytesIO(_file("xlsx")))

    assert book.sheetnames == ["Rows", "About"]
    facts = {line[0]: line[1] for line in book["About"].iter_rows(values_only=True)}
    assert facts == {"report": "sample", "row_count": 2, "control_totals.amount_minor.GBP": -5}
    assert book.properties.created == AT.replace(tzinfo=None)


def test_more_rows_than_a_sheet_holds_go_on_the_next_with_their_header() -> None:
    target = BytesIO()
    write_xlsx(target, (Column("n", ColumnKind.INTEGER),), ((n,) for n in range(5)), ABOUT, 3)

    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Rows", "About", "Rows 2", "Rows 3"]
    values = [
        [row[0] for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames
    ]
    assert values[0] == ["n", 0, 1]
    assert values[2:] == [["n", 2, 3], ["n", 4]]


def test_a_number_of_fifteen_digits_is_a_number() -> None:
    target = BytesIO()
    write_xlsx(target, (Column("n", ColumnKind.INTEGER),), [(999_999_999_999_999,)], ABOUT)

    assert openpyxl.load_workbook(target)["Rows"]["A2"].value == 999_999_999_999_999


@pytest.mark.parametrize("number", [10**15, -(10**18), 9_223_372_036_854_775_807])
def test_a_number_that_a_sheet_would_round_is_written_digit_by_digit(number: int) -> None:
    target = BytesIO()
    write_xlsx(target, (Column("n", ColumnKind.INTEGER),), [(number,)], ABOUT)

    assert openpyxl.load_workbook(target)["Rows"]["A2"].value == str(number)


def test_a_text_too_long_for_a_cell_is_refused_rather_than_cut() -> None:
    with pytest.raises(CellTooLong, match="Export this report as CSV or Parquet"):
        write_xlsx(BytesIO(), (Column("text"),), [("x" * 32_768,)], ABOUT)


def test_parquet_keeps_every_value_with_its_type() -> None:
    table = pq.read_table(BytesIO(_file("parquet")))

    assert table["text"].to_pylist() == NASTY
    assert [str(field.type) for field in table.schema] == [
        "string",
        "date32[day]",
        "timestamp[us, tz=UTC]",
        "int64",
        "decimal128(12, 6)",
        "string",
        "decimal128(22, 3)",
        "int64",
    ]
    assert table["at"].to_pylist()[0] == AT
    assert table["amount"].to_pylist()[:3] == [Decimal(0), Decimal(-5), Decimal("-0.010")]


def test_parquet_carries_its_manifest() -> None:
    metadata: dict[bytes, Any] = pq.read_metadata(BytesIO(_file("parquet"))).metadata

    assert json.loads(metadata[MANIFEST_KEY.encode()]) == FACTS
