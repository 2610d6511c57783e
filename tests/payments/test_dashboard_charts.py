"""The charts: drawn to scale, with the numbers beside them, and every column leads to its rows."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from payments.finance.charts.columns import Place, column_chart
from payments.finance.charts.scale import Scale
from payments.models import Campaign, DailyRate, LegalEntity
from tests.factories import NOON
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift, a_refund
from tests.payments.payouts import a_payout
from tests.payments.recurring_book import write_book

pytestmark = pytest.mark.usefixtures("told_rendering")

YEAR = "/finance/charts/?month=2026-11"
VALUES = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=12)
# The machine that runs the tests may be busy.
quickly = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(VALUES)
def test_a_scale_holds_nothing_and_every_value_between_few_round_lines(values: list[int]) -> None:
    scale = Scale.of(values)

    assert 0 in scale.lines
    assert 2 <= len(scale.lines) <= 8
    assert all(scale.lowest <= value <= scale.highest for value in values)
    assert re.fullmatch(r"[125]0*", str(scale.step))


@quickly
@given(VALUES)
def test_columns_stay_inside_the_drawing_and_are_as_long_as_their_values(
    values: list[int],
) -> None:
    chart = column_chart([Place("Nov", [value], ["words"]) for value in values])
    _, _, width, height = map(int, chart.view_box.split())
    unit = max(abs(value) for value in values) or 1

    longest = max(bar.height for bar in chart.bars)
    for value, bar in zip(values, chart.bars, strict=True):
        assert 0 <= bar.x <= bar.x + bar.width <= width
        assert 0 <= bar.y <= bar.y + bar.height <= height
        assert bar.height == pytest.approx(longest * abs(value) / unit, abs=0.25)


@pytest.fixture
def year(campaign: Campaign, entity: LegalEntity) -> None:
    write_book(campaign)
    DailyRate.objects.bulk_create(
        DailyRate(base="EUR", currency=code, day=day, rate=rate, source="ECB", imported_at=NOON)
        for code, rate in (("GBP", "0.83"), ("USD", "1.05"))
        for day in (date(2025, 11, 1) + timedelta(days=number) for number in range(400))
    )
    a_refund(a_gift(campaign, 5000, at=datetime(2026, 9, 3, tzinfo=UTC)), 1000)
    a_gift(campaign, 2000, at=datetime(2026, 3, 9, tzinfo=UTC))
    a_payout(entity, 4000, currency=entity.default_currency, arrival_on=date(2026, 9, 10))
    a_payout(entity, 900, currency=entity.default_currency, status="failed")


def test_the_charts_tell_what_the_dashboard_tells_of_each_month(
    client: Client, entity: LegalEntity, year: None
) -> None:
    finance = as_role(client, "finance")

    received, recurring, payouts = finance.get(YEAR).context["figures"]

    for row in received.rows:
        month = datetime.strptime(row.label, "%B %Y")  # noqa: DTZ007  a month's name
        told = finance.get(f"/finance/?month={month:%Y-%m}").context
        net = next(tile for tile in told["tiles"] if tile.title == "Net")
        assert list(row.values) == [net.total.minor]
    assert [row.values[0] for row in payouts.rows if row.values[0]] == [4000]
    assert len(recurring.rows) == 12


def test_each_chart_has_words_for_those_who_do_not_see_it(client: Client, year: None) -> None:
    page = as_role(client, "finance").get(YEAR)

    words = page.content.decode()
    for figure in page.context["figures"]:
        assert f'<title id="{figure.name}-title">{figure.title}</title>' in words
        assert f'<desc id="{figure.name}-desc">' in words
        for row in figure.rows:
            assert row.label in words
    assert "style=" not in words


def test_a_year_is_drawn_in_a_fixed_number_of_queries(
    client: Client, year: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finance = as_role(client, "finance")
    with django_assert_max_num_queries(20):
        finance.get(YEAR)
