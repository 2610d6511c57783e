"""CSV: as the standard has it, and safe to open in a spreadsheet."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.finance.columns import Column, ColumnKind, ControlTotals, amount_columns
from payments.finance.writers.base import About
from payments.finance.writers.csv import neutralise, write_csv, write_csv_with_mark

TEXT = (Column("text"),)
ABOUT = About(datetime(2026, 11, 20, tzinfo=UTC), dict)


def _written(columns: tuple[Column, ...], *rows: tuple[object, ...]) -> bytes:
    target = BytesIO()
    write_csv(target, columns, rows, ABOUT)  # type: ignore[arg-type]
    return target.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://example.org","x")',
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM",
        " =1",
        "\N{NO-BREAK SPACE}=1",
        "|cmd",
        "%0a=1",
        "'=1",
        "''=1",
    ],
)
def test_text_that_could_run_as_a_formula_stays_text(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ann", "O'Hara", "'Allo", "1+1=2", "a@example.org", "5 %", "日本"]
)
def test_other_text_is_not_changed(text: str) -> None:
    assert neutralise(text) == text


@given(st.text())
def test_no_cell_begins_with_what_a_spreadsheet_would_run(text: str) -> None:
    assert not neutralise(text).lstrip().startswith(tuple("=+-@|%＝＋－＠\t\r\n"))


@given(st.text())
def test_taking_one_apostrophe_away_gives_the_text_back(text: str) -> None:
    cell = neutralise(text)
    is_marked = cell.startswith("'") and neutralise(cell[1:]) == cell

    assert (cell[1:] if is_marked else cell) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_every_text_survives_the_way_through_a_csv_reader(texts: list[str]) -> None:
    written = _written(TEXT, *((text,) for text in texts)).decode()

    read = list(csv.reader(StringIO(written, newline=""), strict=True))[1:]

    assert [row[0] if row else "" for row in read] == [neutralise(text) for text in texts]


def test_numbers_and_dates_are_written_as_they_are() -> None:
    columns = (
        Column("currency"),
        *amount_columns("amount", currency="currency"),
        Column("on", ColumnKind.DATE),
        Column("at", ColumnKind.INSTANT),
        Column("count", ColumnKind.INTEGER),
    )
    at = datetime(2026, 11, 20, 12, 30, 5, tzinfo=UTC)

    written = _written(columns, ("GBP", Decimal("-1234.50"), -123450, date(2026, 11, 20), at, 3))

    assert written == (
        b"currency,amount,amount_minor,on,at,count\r\n"
        b"GBP,-1234.50,-123450,2026-11-20,2026-11-20T12:30:05Z,3\r\n"
    )


def test_quotes_commas_and_line_breaks_follow_the_standard() -> None:
    assert _written(TEXT, ('a "b", c',), ("d\ne",), (None,)) == (
        b'text\r\n"a ""b"", c"\r\n"d\ne"\r\n""\r\n'
    )


def test_the_mark_for_excel_comes_first_and_once() -> None:
    target = BytesIO()

    write_csv_with_mark(target, TEXT, [("é",)], ABOUT)

    assert target.getvalue() == b"\xef\xbb\xbftext\r\n\xc3\xa9\r\n"


def test_control_totals_keep_currencies_apart() -> None:
    columns = (Column("currency"), *amount_columns("amount", currency="currency"))
    totals = ControlTotals(columns)

    for currency, minor in [("GBP", 100), ("JPY", 7), ("GBP", -30), ("USD", None)]:
        totals.add((currency, None, minor))

    assert totals.as_json() == {"amount_minor": {"GBP": 70, "JPY": 7}}
    assert totals.row_count == 4
