"""The dashboard: every figure leads to rows that sum to it, in a bounded number of queries."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.finance.dashboard.tiles import Figure
from payments.finance.tables import TABLES
from payments.models import Campaign, LegalEntity, RefundStatus
from tests.factories import NOON
from tests.payments.admin_pages import as_role
from tests.payments.failures_book import write_failures
from tests.payments.gifts import a_gift, a_refund
from tests.payments.payouts import a_payout
from tests.payments.rates import write_rates
from tests.payments.recurring_book import write_book

pytestmark = pytest.mark.usefixtures("told_rendering")

NOVEMBER = "/finance/?month=2026-11"
# What failed, recovered, is still tried and was lost, by currency.
FAILURES = {
    "2026-10": {"GBP": [5400, 4400, 0, 1000], "USD": [1200, 0, 0, 1200]},
    "2026-11": {"GBP": [1500, 0, 1500, 0]},
}
OCTOBER = NOON - timedelta(days=31)


@pytest.fixture
def books(campaign: Campaign) -> None:
    """Two months of gifts in three currencies, refunds of both kinds, a gift that waits, and recurring gifts."""
    write_book(campaign)
    a_refund(a_gift(campaign, 2500), 1000)
    a_refund(a_gift(campaign, 700), 700, status=RefundStatus.FAILED)
    a_gift(campaign, 500, currency="JPY", frequency="monthly")
    a_gift(campaign, 4000, currency="USD", is_booked=False)
    a_gift(campaign, 1200, at=OCTOBER)
    a_gift(campaign, 900, at=OCTOBER, currency="JPY")


def _figures(context: Mapping[str, Any]) -> Iterable[Figure]:
    for tile in context["tiles"]:
        yield from (tile.total, *tile.parts)
    for line in context["recurring"].movements:
        yield from (*line.figures, *([line.total] if line.total else []))
    yield from context["recurring"].parts
    for line in context["failures"]:
        yield from (line.failed, *line.figures)


def _summed(figure: Figure) -> int:
    """Add up the figure's column over the rows of the page that it leads to."""
    filters = {name: value for name, value in parse_qsl(urlsplit(figure.address).query) if value}
    table = TABLES[figure.report]
    names = [column.name for column in table.columns]
    column = table.columns[names.index(figure.column)]
    amount, currency = names.index(figure.column), names.index(column.currency)
    return sum(row[amount] or 0 for row in table.rows(filters) if row[currency] == figure.currency)


@pytest.mark.parametrize("month", ["2026-11", "2026-10", "2026-03", "2025-05", "2026-12"])
def test_every_tile_leads_to_rows_that_sum_to_it(client: Client, books: None, month: str) -> None:
    finance = as_role(client, "finance")
    figures = list(_figures(finance.get(f"/finance/?month={month}").context))

    assert figures
    assert [(each, _summed(each)) for each in figures] == [(each, each.minor) for each in figures]
    for address in {each.address for each in figures}:
        assert finance.get(address).status_code == 200


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_what_failed_came_back_or_moved_with_a_rate_leads_to_its_rows_too(
    client: Client, campaign: Campaign, books: None, month: str
) -> None:
    write_failures(campaign)
    write_rates(date(2026, 9, 1), date(2026, 11, 30))
    finance = as_role(client, "finance")
    page = finance.get(f"/finance/?month={month}")
    figures = list(_figures(page.context))

    assert [(each, _summed(each)) for each in figures] == [(each, each.minor) for each in figures]
    # Whatever the page shows with a link to rows is one of these.
    links = {
        unescape(each)
        for each in re.findall(r'href="(/finance/reports/[^"?]+\?[^"]*)"', page.content.decode())
    }
    assert links == {each.address for each in figures}
    assert {line.words for line in page.context["recurring"].movements} >= {"Exchange rates"}
    told = {
        line.currency: [line.failed.minor, *(each.minor for each in line.figures)]
        for line in page.context["failures"]
    }
    assert told == FAILURES[month]


def test_received_is_what_was_given_less_what_went_back(client: Client, books: None) -> None:
    received, fees, net = as_role(client, "finance").get(NOVEMBER).context["tiles"][:3]

    assert [(each.currency, each.minor, each.before) for each in received.parts] == [
        ("GBP", 2500 - 1000 + 700 - 700 + 700, 1200),
        ("JPY", 500, 900),
        ("USD", 4000, 0),
    ]
    assert [(each.currency, each.minor) for each in fees.parts] == [("GBP", 70), ("JPY", 35)]
    assert [(each.currency, each.minor) for each in net.parts] == [("GBP", 2130), ("JPY", 465)]
    # The yen wait for a rate, the dollars for Stripe's line besides.
    assert received.note.startswith("2 of 7 events")


def test_a_month_is_looked_at_in_a_fixed_number_of_queries(
    client: Client, books: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finance = as_role(client, "finance")
    # Who it is takes 4, the newspaper 1, the figures of the month 11, the sources of exceptions the rest.
    with django_assert_max_num_queries(27):
        finance.get(NOVEMBER)


def test_payouts_on_their_way_lead_to_a_list_with_the_same_sum(
    client: Client, entity: LegalEntity, books: None
) -> None:
    a_payout(entity, 5000)
    a_payout(entity, 700, status="pending")
    a_payout(entity, 1100, status="in_transit")
    a_payout(entity, 90, status="in_transit", currency="USD")
    finance = as_role(client, "finance")

    coming = finance.get(NOVEMBER).context["coming"]
    listed = finance.get("/finance/payouts/?coming=on&currency=GBP").context["sums"]

    assert [(each.currency, each.payout_count, each.amount) for each in coming] == [
        ("GBP", 2, 1800),
        ("USD", 1, 90),
    ]
    assert sum(each["amount"] for each in listed) == 1800


@pytest.mark.parametrize("month", ["2026-13", "1999-12", "November", "2026-1", "", "٢٠٢٦-١١"])
def test_a_month_that_there_is_not_is_explained(
    client: Client, entity: LegalEntity, month: str
) -> None:
    page = as_role(client, "finance").get("/finance/", {"month": month})

    assert page.status_code == 400
    assert "Write the month as 2026-11" in page.content.decode()


def test_a_newspaper_without_gifts_has_figures_of_nothing(
    client: Client, entity: LegalEntity
) -> None:
    page = as_role(client, "auditor").get("/finance/")

    assert page.status_code == 200
    assert [tile.total.minor for tile in page.context["tiles"]] == [0, 0, 0]
    assert page.context["queue"].exception_count == 0
