"""Charts where an exchange rate is missing: what is known is drawn, what is not is said, and all of it ties."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from payments.finance.charts.figures import ChartFigure
from payments.models import Campaign, LegalEntity
from tests.factories import NOON
from tests.payments.admin_pages import as_role
from tests.payments.drills import lines_behind
from tests.payments.gifts import a_gift
from tests.payments.payouts import a_payout
from tests.payments.rates import write_rates
from tests.payments.recurring_book import write_book

pytestmark = pytest.mark.usefixtures("told_rendering")

YEAR = "/finance/charts/?month=2026-11"


@pytest.fixture
def books(campaign: Campaign, entity: LegalEntity) -> None:
    """Recurring gifts in pounds and dollars, single ones in pounds and yen, payouts in both."""
    write_book(campaign)
    a_gift(campaign, 2500)
    a_gift(campaign, 5000, currency="JPY")
    a_gift(campaign, 900, currency="JPY", at=NOON - timedelta(days=60))
    a_payout(entity, 4000)
    a_payout(entity, 700, currency="JPY")


def figures_of(client: Client) -> dict[str, ChartFigure]:
    page = as_role(client, "finance").get(YEAR)
    figures: Iterable[ChartFigure] = page.context["figures"]
    words = page.content.decode()
    for figure in figures:
        assert not figure.missing or escape(figure.missing) in words
    return {figure.name: figure for figure in figures}


def summed(figure: ChartFigure, address: str, column: str) -> int:
    rows = [row for row in lines_behind(address) if row["currency"] == figure.currency]
    return sum(row[column] or 0 for row in rows)


def test_without_any_rate_each_currency_of_recurring_gifts_is_drawn_by_itself(
    client: Client, books: None
) -> None:
    figures = figures_of(client)

    whole, pounds, dollars = (figures[f"recurring{each}"] for each in ("", "-gbp", "-usd"))
    assert whole.missing.startswith(
        "December 2025 to November 2026: no exchange rate of USD is known, so there is no sum in GBP."
    )
    assert whole.chart is None
    assert {value for row in whole.rows for value in row.values} == {None}
    assert pounds.chart
    for figure in (pounds, dollars):
        for row in figure.rows:
            gained, lost, closing = row.values
            assert summed(figure, row.address, "closing_minor") == closing
            moved = gained, lost
            assert sum(filter(None, moved)) == closing - summed(
                figure, row.address, "opening_minor"
            )
    assert dollars.rows[-1].values == [0, 0, 1200]


def test_months_whose_rates_are_known_are_drawn_and_the_others_left_empty(
    client: Client, books: None
) -> None:
    write_rates(date(2026, 2, 28), date(2026, 11, 30))

    whole = figures_of(client)["recurring"]

    assert whole.missing.startswith(
        "December 2025 to February 2026: no exchange rate of USD is known"
    )
    assert [row.values[0] is None for row in whole.rows] == [True] * 3 + [False] * 9
    assert whole.chart
    assert len(whole.chart.bars) == 9 * 2
    for row in whole.rows[3:]:
        assert summed(whole, row.address, "closing_minor") == row.values[2]


def test_a_month_that_runs_is_told_by_its_latest_rate(client: Client, books: None) -> None:
    write_rates(date(2025, 11, 20), date(2026, 11, 3))

    figures = figures_of(client)

    assert figures["recurring"].missing == ""
    assert "recurring-usd" not in figures
    last = figures["recurring"].rows[-1]
    assert summed(figures["recurring"], last.address, "closing_minor") == last.values[2]


def test_a_rate_of_the_month_before_does_not_tell_a_month(client: Client, books: None) -> None:
    write_rates(date(2025, 11, 20), date(2026, 10, 15))

    assert figures_of(client)["recurring"].missing.startswith("November 2026: no exchange rate")


def test_what_waits_for_a_rate_is_named_and_drawn_in_its_own_currency(
    client: Client, books: None
) -> None:
    figures = figures_of(client)

    whole, yen = figures["received"], figures["received-jpy"]
    assert whole.missing == (
        "2 events of September 2026 and November 2026 are not in it: no exchange rate, or no line of Stripe's, is "
        "known yet. JPY follows by itself."
    )
    assert whole.rows[-1].values == [2500 - 35]
    # Nothing but yen was given that month, so it is not nothing but unknown.
    assert whole.rows[-3].values == [None]
    assert [row.values[0] for row in yen.rows if row.values[0]] == [900 - 35, 5000 - 35]
    for row in yen.rows:
        behind = lines_behind(row.address)
        settled = [each for each in behind if each["settlement_currency"] == "JPY"]
        assert sum(each["net_minor"] for each in settled) == row.values[0]


def test_payouts_are_drawn_in_every_currency_that_reaches_a_bank(
    client: Client, books: None
) -> None:
    figures = figures_of(client)

    assert [name for name in figures if name.startswith("payouts")] == ["payouts", "payouts-jpy"]
    for name in ("payouts", "payouts-jpy"):
        for row in figures[name].rows:
            assert summed(figures[name], row.address, "amount_minor") == row.values[0]


def test_the_desk_names_the_currency_without_a_rate(client: Client, books: None) -> None:
    words = as_role(client, "finance").get("/finance/?month=2026-11").content.decode()

    assert "No exchange rate of USD is known for November 2026 yet" in words
