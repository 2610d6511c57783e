"""Bank statement files: read exactly, or refused with the row and the reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.currencies import exponent
from payments.errors import StatementUnreadable
from payments.reconciliation.statement_layout import (
    StatementLayout,
    guess_layout,
    layout_from,
)
from payments.reconciliation.statement_reading import parse_amount, read_statement

UK = (
    b"Harbour Bank plc\n"
    b"Statement for 1 to 30 November\n"
    b"\n"
    b"Transaction Date,Description,Reference,Paid out,Paid in,Balance\n"
    b'20/11/2026,STRIPE PAYMENTS UK,TRACE000001,,"1,234.50",9000.00\n'
    b"21/11/2026,Rent,,900.00,,8100.00\n"
    b"23/11/2026,STRIPE PAYMENTS UK,TRACE000001,12.00,,8088.00\n"
)
GERMAN = (
    "Buchungstag;Verwendungszweck;Kundenreferenz;Betrag\n"
    "20.11.2026;STRIPE Auszahlung für Harbour;TRACE1;1.234,50\n"
    "21.11.2026;Gebühren;;-12,00\n"
).encode("cp1252")


def test_a_file_with_two_amount_columns_and_a_preamble_is_guessed_and_read() -> None:
    layout = guess_layout(UK)
    assert (layout.heading_row, layout.date_format) == (4, "%d/%m/%Y")
    assert (layout.in_column, layout.out_column, layout.amount_column) == (
        "Paid in",
        "Paid out",
        "",
    )
    rows = read_statement(UK, layout, currency="GBP")
    assert [(row.row, row.booked_on, row.amount) for row in rows] == [
        (5, date(2026, 11, 20), 123450),
        (6, date(2026, 11, 21), -90000),
        (7, date(2026, 11, 23), -1200),
    ]
    assert rows[0].reference == "TRACE000001"


def test_a_file_with_decimal_commas_in_an_old_encoding_is_guessed_and_read() -> None:
    layout = guess_layout(GERMAN)
    assert (layout.encoding, layout.delimiter, layout.decimal) == ("cp1252", ";", ",")
    rows = read_statement(GERMAN, layout, currency="EUR")
    assert [row.amount for row in rows] == [123450, -1200]
    assert rows[0].description == "STRIPE Auszahlung für Harbour"


def test_a_layout_is_the_same_after_it_was_stored() -> None:
    layout = guess_layout(UK)
    assert layout_from(layout.as_json()) == layout
    assert layout_from({}) is None


def test_utf16_with_tabs_is_read() -> None:
    text = "Date\tAmount\tDetails\n2026-11-20\t−5.00\tSTRIPE\n"
    content = text.encode("utf-16")
    rows = read_statement(content, guess_layout(content), currency="GBP")
    assert [(row.amount, row.description) for row in rows] == [(-500, "STRIPE")]


LAYOUT = StatementLayout(date_column="Date", amount_column="Amount", description_column="Text")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"Date,Amount,Text\n20/11/2026,5.00,x\n",
            "Row 2: “20/11/2026” is not a date like 2026-11-27.",
        ),
        (b"Date,Amount,Text\n,5.00,x\n", "Row 2: there is no date."),
        (
            b"Date,Amount,Text\n2026-11-20,5.005,x\n",
            "Row 2: “5.005” has more decimals than GBP has.",
        ),
        (
            b'Date,Amount,Text\n2026-11-20,"1.234,50",x\n',
            "Row 2: “1.234,50” is not an amount with a decimal point.",
        ),
        (b"Date,Amount,Text\n2026-11-20,,x\n", "Row 2: “” is not an amount with a decimal point."),
        (b"Day,Amount,Text\n2026-11-20,5,x\n", "The file has no column called “Date”."),
        (b"Date,Amount,Amount,Text\n", "The file has two columns called “Amount”; rename one."),
        (b"Date,Amount,Text\n", "The file has headings and no lines below them."),
        (b"Date,Amount,Text\n2026-11-20,5,\xff\n", "The file is not written in UTF-8 (byte 31)"),
        (b"PK\x03\x04\x00\x00", "This is not a text file"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_row(content: bytes, problem: str) -> None:
    with pytest.raises(StatementUnreadable) as told:
        read_statement(content, LAYOUT, currency="GBP")
    assert told.value.problems[0].startswith(problem)


def test_all_problems_are_told_and_no_more_than_ten_in_full() -> None:
    content = b"Date,Amount,Text\n" + b"never,5,x\n" * 12
    with pytest.raises(StatementUnreadable) as told:
        read_statement(content, LAYOUT, currency="GBP")
    assert told.value.problems[0].startswith("Row 2")
    assert told.value.problems[-1] == "And 2 more rows."


def test_equal_lines_of_one_file_are_two_lines_and_stay_so() -> None:
    content = b"Date,Amount,Text\n" + b"2026-11-20,5,STRIPE\n" * 2
    first, second = read_statement(content, LAYOUT, currency="GBP")
    assert first.fingerprint != second.fingerprint
    again = read_statement(content, LAYOUT, currency="GBP")
    assert [row.fingerprint for row in again] == [first.fingerprint, second.fingerprint]


@pytest.mark.parametrize(
    ("text", "decimal", "currency", "minor"),
    [
        ("1,234.50", ".", "GBP", 123450),
        ("1.234,50", ",", "EUR", 123450),
        ("1 234,50", ",", "EUR", 123450),
        ("1’234.50", ".", "CHF", 123450),
        ("-12.00", ".", "GBP", -1200),
        ("12.00-", ".", "GBP", -1200),
        ("(12.00)", ".", "GBP", -1200),
        ("£12.00 DR", ".", "GBP", -1200),
        ("12.00 CR", ".", "GBP", 1200),
        ("+0.05", ".", "GBP", 5),
        ("1,500", ".", "JPY", 1500),
        ("1.500", ".", "KWD", 1500),
        ("12.5", ".", "GBP", 1250),
    ],
)
def test_amounts_are_read_exactly(text: str, decimal: str, currency: str, minor: int) -> None:
    assert parse_amount(text, decimal, currency) == minor


@pytest.mark.parametrize("text", ["", "abc", "1,23,456.00", "12.00.00", "1 2", "--5", "5e3", "٥"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(text, ".", "GBP")


@given(
    minor=st.integers(-(10**12), 10**12),
    currency=st.sampled_from(["GBP", "EUR", "JPY", "KWD"]),
    decimal=st.sampled_from(".,"),
)
def test_every_amount_that_a_bank_prints_is_read_back(
    minor: int, currency: str, decimal: str
) -> None:
    places = exponent(currency)
    printed = f"{Decimal(minor).scaleb(-places):,.{places}f}"
    if decimal == ",":
        printed = printed.translate(str.maketrans(",.", ".,"))
    assert parse_amount(printed, decimal, currency) == minor
