"""What PostgreSQL writes itself is what Python would have written, byte for byte and value for value."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.sql import SqlRows
from payments.finance.tables import TABLES
from payments.finance.tables.gift_register import GIFT_REGISTER
from payments.finance.writers import WRITERS
from payments.finance.writers.base import About
from payments.models import Campaign, RefundStatus
from tests.factories import NOON, CustomerFactory
from tests.payments.gifts import a_gift, a_refund

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="COPY is PostgreSQL's; SQLite streams through Python"
)

NASTY = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "%0a", "＝1", "＋1", "－1", "＠1", "％1"),
    *(
        "\t=1",
        "\r=1",
        "\n=1",
        "\tx",
        " =1",
        "\N{NO-BREAK SPACE}=1",
        "\u2003-1",
        "\x1c=1",
        "\x85@",
        "\u3000+",
    ),
    *("'=1", "''=1", "'x", "'", "''", " ", "  x", "\v", "\f=", "\u200b=1", "\ufeff=1"),
    *(
        'a "b", c',
        '"',
        ",",
        "d\ne",
        "f\r\ng",
        "Zoë 💷",
        "日本",
        "0012",
        "5 %",
        "\\.",
        "\\N",
        "NULL",
        "",
        None,
    ),
    *(
        "_x",
        "{x",
        "|x",
        "}x",
        "~x",
        "[x",
        "<x",
        ">x",
        "?x",
        ":x",
        ";x",
        "/x",
        "!x",
        "^",
        "`",
        "\x7f=",
    ),
]
ABOUT = About(NOON, dict)
COLUMNS = (
    Column("place", ColumnKind.INTEGER),
    Column("text"),
    Column("currency"),
    *amount_columns("amount", currency="currency"),
)
CODES = ("GBP", "JPY", "KWD", "ISK")
MINORS = [0, 5, -5, 100, -123_456, 10**12, None]


def _written(format: str, columns: tuple[Column, ...], rows: Iterator[Row]) -> bytes:  # noqa: A002
    target = BytesIO()
    WRITERS[format].write(target, columns, rows, ABOUT)
    return target.getvalue()


def _copied(format: str, columns: tuple[Column, ...], rows: SqlRows) -> bytes:  # noqa: A002
    copy = WRITERS[format].copy
    assert copy is not None
    target = BytesIO()
    copy(target, columns, rows, ABOUT, lambda count: None)
    return target.getvalue()


def _both(texts: list[str | None]) -> tuple[Callable[[], Iterator[Row]], SqlRows]:
    """The same rows for either way: each text beside an amount of some currency."""
    lines = [(place, text, CODES[place % 4], MINORS[place % 7]) for place, text in enumerate(texts)]

    def rows() -> Iterator[Row]:
        for place, text, currency, minor in lines:
            yield place, text, currency, *amount(minor, currency)

    values = ", ".join(["(%s::bigint, %s::text, %s::text, %s::bigint)"] * len(lines))
    params: list[Any] = [value for line in lines for value in line]
    names = {name: f"r.{name}" for name in ("place", "text", "currency", "amount_minor")}
    source = f"(VALUES {values}) AS r(place, text, currency, amount_minor)"
    return rows, SqlRows(source, tuple(params), names, "r.place")


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["csv", "csv_bom"])
def test_nasty_text_and_odd_currencies_are_the_same_bytes(format: str) -> None:  # noqa: A002
    rows, sql = _both(NASTY)

    assert _copied(format, COLUMNS, sql) == _written(format, COLUMNS, rows())


@pytest.mark.django_db
def test_nasty_text_and_odd_currencies_are_the_same_values_in_parquet() -> None:
    rows, sql = _both(NASTY)

    copied = pq.read_table(BytesIO(_copied("parquet", COLUMNS, sql)))
    written = pq.read_table(BytesIO(_written("parquet", COLUMNS, rows())))

    assert copied["text"].to_pylist() == NASTY
    assert copied.equals(written)


class AnyText(TestCase):
    @given(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1
        )
    )
    def test_any_text_is_the_same_bytes(self, texts: list[str]) -> None:
        rows, sql = _both([*texts])

        assert _copied("csv", COLUMNS, sql) == _written("csv", COLUMNS, rows())


@pytest.fixture
def book(campaign: Campaign) -> None:
    for place, text in enumerate(NASTY):
        payer = CustomerFactory.create(name=text or "", email=f"reader{place}@example.org")
        payment = a_gift(
            campaign,
            100 + place,
            customer=payer,
            currency=("GBP", "JPY", "USD")[place % 3],
            is_booked=place % 4 > 0,
            attribution={"prompt": text, "article": text} if place % 2 else {},
        )
        if place % 5 == 0:
            status = RefundStatus.FAILED if place % 2 else RefundStatus.SUCCEEDED
            a_refund(payment, 50, status=status)


with_sql = pytest.mark.parametrize(
    "table", [table for table in TABLES.values() if table.sql], ids=lambda table: table.name
)


@with_sql
@pytest.mark.parametrize("format", ["csv", "csv_bom"])
@pytest.mark.parametrize("include_personal", [True, False])
def test_a_report_is_the_same_file_either_way(
    table: Any,
    format: str,  # noqa: A002
    include_personal: bool,
    book: None,
) -> None:
    filters = {"entity": "courier"}
    columns, rows = table.select(filters, include_personal=include_personal)

    assert _copied(format, columns, table.sql(filters)) == _written(format, columns, rows)


@with_sql
def test_a_report_is_the_same_parquet_either_way(table: Any, book: None) -> None:
    filters = {"entity": "courier"}

    copied = pq.read_table(BytesIO(_copied("parquet", table.columns, table.sql(filters))))
    written = pq.read_table(BytesIO(_written("parquet", table.columns, table.rows(filters))))

    assert copied.equals(written)


def test_the_register_can_be_copied() -> None:
    assert GIFT_REGISTER.sql is not None
