"""R2, R3, R9, R10 and R11 tie to the gift register and to the ledger."""

from datetime import timedelta
from typing import Any

import pytest

from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.models import Campaign, RefundStatus
from tests.factories import NOON
from tests.payments.gifts import a_gift, a_refund

SPRING = {"prompt": "spring", "variant": "b", "arm": "b", "country": "GB", "slot": "in-article"}


def rows_of(name: str, **filters: str) -> list[dict[str, Any]]:
    """Return a report's rows by column name."""
    table: Table = TABLES[name]
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows(filters)]


@pytest.fixture
def book(campaign: Campaign) -> None:
    """Two gifts of a prompt, one without, in two currencies; one part refunded, one refund that came back."""
    from_prompt = a_gift(campaign, 2500, attribution=SPRING)
    a_gift(campaign, 4000, currency="USD", attribution=SPRING)
    a_refund(from_prompt, 1000)
    a_refund(a_gift(campaign, 700), 700, status=RefundStatus.FAILED)
    a_gift(campaign, 9900, at=NOON - timedelta(days=400))


def everything() -> dict[str, str]:
    return {"entity": "courier"}


def test_attribution_adds_up_to_the_gift_register(book: None) -> None:
    register = TABLES["gift_register"].figures(everything()).sums["amount_minor"]

    rows = rows_of("attribution", **everything())

    for currency, total in register.items():
        of_currency = [row for row in rows if row["currency"] == currency]
        assert sum(row["stands_minor"] for row in of_currency) == total
    spring = {row["currency"]: row for row in rows if row["prompt"] == "spring"}
    assert spring["GBP"]["gifts"] == 1
    assert spring["GBP"]["gross_minor"] == 2500
    assert spring["GBP"]["given_back_minor"] == -1000
    assert spring["GBP"]["first_year_minor"] == 1500
    assert spring["USD"]["stands_minor"] == 4000


def test_a_fund_opens_with_what_it_had_and_closes_with_what_stands(book: None) -> None:
    first = str((NOON - timedelta(days=30)).date())

    (pounds,) = [
        row for row in rows_of("funds", entity="courier", first=first) if row["currency"] == "GBP"
    ]

    assert pounds["opening_minor"] == 9900
    assert pounds["received_minor"] == 2500 + 700
    assert pounds["closing_minor"] == (
        pounds["opening_minor"] + pounds["received_minor"] + pounds["given_back_minor"]
    )
    # A refund that came back is owed to its payer still: it stays given back.
    assert pounds["given_back_minor"] == -1000 - 700


def test_the_clearing_account_rolls_forward(book: None) -> None:
    lines = {
        row["line"]: row["amount_minor"]
        for row in rows_of("clearing", **everything())
        if row["currency"] == "GBP"
    }

    movements = sum(
        lines[name]
        for name in lines.keys() - {"opening", "closing", "stripe_closing", "difference"}
    )
    assert lines["opening"] + movements == lines["closing"]
    assert lines["gifts"] == 2500 + 700 + 9900
    assert lines["refunds"] == -1000
    register = TABLES["gift_register"].figures(everything()).sums["net_minor"]["GBP"]
    assert lines["closing"] == register


def test_refunds_are_listed_with_their_outcome(book: None) -> None:
    rows = rows_of("disputes_refunds", **everything())

    assert {(row["kind"], row["amount_minor"], row["outcome"]) for row in rows} == {
        ("refund", 1000, "succeeded"),
        ("refund", 700, "failed"),
    }


def test_rates_are_of_the_periods_payments(book: None) -> None:
    context = TABLES["disputes_refunds"].context
    assert context is not None

    told = context(everything())

    assert told["payment_count"] == 4
    assert told["rates"] == [("Refunds", 2, 50), ("Disputes", 0, 0)]
