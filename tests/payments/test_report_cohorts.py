"""Retention: the two years worked out by hand, and the tie to recurring revenue."""

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.finance.links import report_address
from payments.finance.tables.cohorts import COHORTS, CohortForm
from payments.finance.tables.recurring_revenue import RECURRING_REVENUE
from payments.models import Campaign
from tests.payments.admin_pages import as_role
from tests.payments.recurring_book import write_book

# What the gifts begun in a month come to in a year, and what stands at the ages at which that changes.
EXPECTED = """
    month   currency gifts begun   standing
    2025-01 GBP      1     12000   0:12000 5:18000
    2025-02 GBP      1     12000   0:12000 12:0
    2025-03 GBP      1      6000   0:6000 2:0 5:6000 8:0
    2025-04 GBP      1     10000   0:10000 12:5000
    2025-07 USD      1     14400   0:14400 17:0
    2026-03 GBP      2     32400   0:38400
"""
TWO_YEARS = {"entity": "courier", "first": "2025-01-01", "last": "2026-12-31"}


def _lines(**filters: str) -> list[dict[str, Any]]:
    names = [column.name for column in COHORTS.columns]
    rows = COHORTS.rows({**TWO_YEARS, **filters})
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture
def book(campaign: Campaign) -> Campaign:
    write_book(campaign)
    return campaign


def test_two_years_are_as_worked_out_by_hand(book: Campaign) -> None:
    told: dict[tuple[str, str, int, int], list[str]] = {}
    standing = None
    for line in _lines():
        key = (line["month"], line["currency"], line["begun_gifts"], line["begun_minor"])
        if key not in told or line["standing_minor"] != standing:
            told.setdefault(key, []).append(f"{line['age']}:{line['standing_minor']}")
        standing = line["standing_minor"]

    expected = {}
    for text in EXPECTED.strip().splitlines()[1:]:
        month, currency, gifts, begun, *changes = text.split()
        expected[month, currency, int(gifts), int(begun)] = changes
    assert told == expected


def test_shares_are_of_what_began(book: Campaign) -> None:
    spring = {line["age"]: line for line in _lines() if line["month"] == "2025-04"}
    raised = {line["age"]: line for line in _lines() if line["month"] == "2025-01"}

    assert (str(spring[11]["kept"]), str(spring[11]["kept_amount"])) == ("1.000000", "1.000000")
    assert (str(spring[12]["kept"]), str(spring[12]["kept_amount"])) == ("1.000000", "0.500000")
    assert str(raised[5]["kept_amount"]) == "1.500000"


def test_the_cohorts_of_all_months_add_up_to_recurring_revenue(book: Campaign) -> None:
    gifts: Counter[tuple[str, str]] = Counter()
    for line in _lines():
        year, month = map(int, line["month"].split("-"))
        months = month - 1 + line["age"]
        seen = f"{year + months // 12}-{months % 12 + 1:02}"
        gifts[seen, line["currency"]] += line["standing_gifts"]

    names = [column.name for column in RECURRING_REVENUE.columns]
    closing = {}
    for row in RECURRING_REVENUE.rows(TWO_YEARS):
        line = dict(zip(names, row, strict=True))
        closing[line["month"], line["currency"]] = line["closing_gifts"]
    assert +gifts == Counter(closing)


def test_some_cohorts_can_be_seen_for_longer_than_they_began(book: Campaign) -> None:
    spring = {"first": "2025-03-01", "last": "2025-04-30", "until": "2026-12-31"}

    assert _lines(**spring) == [line for line in _lines() if line["month"] in ("2025-03", "2025-04")]  # fmt: skip
    assert {line["age"] for line in _lines(first="2025-03-01", last="2025-04-30")} == {0, 1}


def test_to_be_seen_before_they_began_is_refused(campaign: Campaign) -> None:
    form = CohortForm({**TWO_YEARS, "until": "2026-01-01"})

    assert not form.is_valid()
    assert form.errors["until"] == ["This day is before the last one on which gifts began."]


def test_the_page_draws_a_triangle_for_each_currency(
    book: Campaign, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in = as_role(client, "finance")
    with django_assert_max_num_queries(24):
        page = signed_in.get(report_address("cohorts", TWO_YEARS))

    words = page.content.decode()
    assert "Gifts in GBP" in words
    assert "Gifts in USD" in words
    assert "150 %" in words
