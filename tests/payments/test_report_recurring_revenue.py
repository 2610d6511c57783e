"""Recurring revenue: two years worked out by hand, from wherever one looks at them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.finance.links import report_address
from payments.finance.tables.recurring_revenue import RECURRING_MOVEMENTS, RECURRING_REVENUE
from payments.ledger.models import DailyRate
from payments.models import Campaign, RecurringPlan
from tests.factories import NOON, CustomerFactory
from tests.payments.admin_pages import as_role
from tests.payments.recurring_book import write_book

# The months in which something moved, in pence and cents a month. £100 a year is £8.33⅓ a month.
EXPECTED = """
    month   currency opening  what                closing  gifts
    2025-01 GBP            0  new 1000               1000      1
    2025-02 GBP         1000  new 1000               2000      2
    2025-03 GBP         2000  new 500                2500      3
    2025-04 GBP         2500  new 833                3333      4
    2025-05 GBP         3333  paused -500            2833      3
    2025-06 GBP         2833  upgrade 500            3333      3
    2025-07 USD            0  new 1200               1200      1
    2025-08 GBP         3333  resumed 500            3833      4
    2025-11 GBP         3833  churn_voluntary -500   3333      3
    2026-02 GBP         3333  churn_involuntary -1000 2333     2
    2026-03 GBP         2333  reactivation 2700,upgrade 500 5533 4
    2026-04 GBP         5533  downgrade -416         5117      4
    2026-12 USD         1200  churn_voluntary -1200     0      0
"""
KINDS = (
    "new", "reactivation", "upgrade", "downgrade", "churn_voluntary", "churn_involuntary", "paused", "resumed",
)  # fmt: skip
TWO_YEARS = {"entity": "courier", "first": "2025-01-01", "last": "2026-12-31"}


def lines(**filters: str) -> list[dict[str, Any]]:
    names = [column.name for column in RECURRING_REVENUE.columns]
    rows = RECURRING_REVENUE.rows({**TWO_YEARS, **filters})
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture
def book(campaign: Campaign) -> Campaign:
    write_book(campaign)
    return campaign


def test_two_years_are_as_worked_out_by_hand(book: Campaign) -> None:
    moved = [
        (
            line["month"],
            line["currency"],
            line["opening_minor"],
            {kind: line[f"{kind}_minor"] for kind in KINDS if line[f"{kind}_minor"]},
            line["closing_minor"],
            line["closing_gifts"],
        )
        for line in lines()
        if any(line[f"{kind}_minor"] for kind in KINDS)
    ]

    expected = []
    for text in EXPECTED.strip().splitlines()[1:]:
        month, currency, opening, *what, closing, gifts = text.replace(",", " ").split()
        steps = dict(zip(what[::2], map(int, what[1::2]), strict=True))
        expected.append((month, currency, int(opening), steps, int(closing), int(gifts)))
    assert moved == expected


def test_every_month_opens_with_what_the_one_before_closed_with(book: Campaign) -> None:
    told = lines()
    assert len([line for line in told if line["currency"] == "GBP"]) == 24

    for currency in ("GBP", "USD"):
        closing = gifts = 0
        for line in told:
            if line["currency"] == currency:
                assert (line["opening_minor"], line["opening_gifts"]) == (closing, gifts)
                closing, gifts = line["closing_minor"], line["closing_gifts"]


def test_a_later_beginning_tells_the_same_of_what_remains(book: Campaign) -> None:
    every = lines()
    for first in (date(2025, 2, 1), date(2025, 8, 1), date(2026, 3, 1), date(2026, 12, 1)):
        remaining = [line for line in every if line["first_day"] >= first]
        assert lines(first=str(first)) == remaining, first


def test_a_month_that_is_over_stays_as_it_was_told(book: Campaign) -> None:
    spring = {"first": "2025-03-01", "last": "2025-05-31"}

    assert lines(**spring) == [line for line in lines() if "2025-03" <= line["month"] <= "2025-05"]


def test_without_days_it_is_told_from_the_first_gift_to_the_last_movement(book: Campaign) -> None:
    assert lines(first="", last="") == lines()


def test_the_movements_of_a_line_are_the_rows_that_its_figures_lead_to(book: Campaign) -> None:
    for line in lines():
        for kind in KINDS:
            movements = RECURRING_MOVEMENTS.figures(
                {
                    "entity": "courier",
                    "first": str(line["first_day"]),
                    "last": str(line["last_day"]),
                    "currency": line["currency"],
                    "kind": kind,
                }
            )
            assert movements.row_count == line[f"{kind}_gifts"]
            assert movements.sums["monthly_minor"].get(line["currency"], 0) == line[f"{kind}_minor"]


def _rate(day: date, currency: str, rate: str) -> None:
    DailyRate.objects.create(
        base="EUR",
        currency=currency,
        day=day,
        rate=Decimal(rate),
        source="European Central Bank",
        imported_at=NOON,
    )


def test_in_the_newspapers_currency_a_rate_that_moves_is_a_line_of_its_own(book: Campaign) -> None:
    # A dollar is worth 80p at the end of July and 64p at the end of August.
    for day, dollars in ((date(2025, 7, 31), "1.00"), (date(2025, 8, 29), "1.25")):
        _rate(day, "GBP", "0.80")
        _rate(day, "USD", dollars)

    (august,) = lines(first="2025-08-01", last="2025-08-31", stated_in="own")

    # £33.33⅓ and $12.00; £5.00 resumed; the dollars lose 16p each.
    assert august["currency"] == "GBP"
    assert (august["opening_minor"], august["opening_gifts"]) == (3333 + 960, 4)
    assert (august["resumed_minor"], august["fx_minor"]) == (500, -192)
    assert (august["closing_minor"], august["closing_gifts"]) == (3833 + 768, 5)


def test_without_a_rate_amounts_are_unknown_and_gifts_are_counted(book: Campaign) -> None:
    (august,) = lines(first="2025-08-01", last="2025-08-31", stated_in="own")

    assert (august["opening"], august["closing_minor"]) == (None, None)
    assert (august["opening_gifts"], august["closing_gifts"]) == (4, 5)


def test_a_gift_that_appeared_without_a_word_began_when_stripe_says(book: Campaign) -> None:
    with_words = lines()
    RecurringPlan.objects.create(
        entity=book.entity,
        campaign=book,
        customer=CustomerFactory.create(),
        stripe_id="sub_silent",
        started_at=datetime(2026, 3, 15, 12, tzinfo=UTC),
        ended_at=datetime(2026, 12, 15, 12, tzinfo=UTC),
        end_reason="payment_failed",
        status="ended",
        frequency="monthly",
        currency="EUR",
        amount=300,
    )

    told = [line for line in lines() if line["currency"] == "EUR"]

    assert [line for line in lines() if line["currency"] != "EUR"] == with_words
    assert [line["closing_minor"] for line in told] == [300] * 9 + [0]
    assert (told[0]["new_minor"], told[-1]["churn_involuntary_minor"]) == (300, -300)


def test_the_page_shows_a_year_with_few_statements(
    book: Campaign, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in = as_role(client, "finance")
    with django_assert_max_num_queries(24):
        page = signed_in.get(report_address("recurring_revenue", TWO_YEARS))

    words = page.content.decode()
    assert "51.17" in words
    assert "kind=churn_involuntary" in words
