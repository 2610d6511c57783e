"""The reports about supporters in a real browser: readable, and each figure leads to what is behind it."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from payments.models import Campaign
from tests.payments.failures_book import write_failures
from tests.payments.giving_book import write_giving
from tests.payments.recurring_book import write_book
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


@pytest.fixture(autouse=True)
def desk(campaign: Campaign, window: Page, site: str) -> None:
    """Two years of books, and somebody of finance who may see names."""
    write_book(campaign)
    write_failures(campaign)
    write_giving(campaign)
    client = Client()
    sign_in_staff(client, make_staff(role="finance lead"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_recurring_revenue_leads_to_the_gifts_that_moved_it(window: Page, look: Look) -> None:
    window.goto("/finance/reports/recurring_revenue/?first=2026-01-01&last=2026-12-31&currency=GBP")
    look("recurring-revenue")

    window.get_by_role("link", name="27.00 GBP").click()
    expect(window.get_by_role("heading", name="2 rows")).to_be_visible()
    look("recurring-movements")


def test_retention_and_recovery_are_readable(window: Page, look: Look) -> None:
    window.goto("/finance/reports/cohorts/?first=2025-01-01&last=2025-12-31&until=2026-12-31")
    expect(window.get_by_role("heading", name="Gifts in GBP")).to_be_visible()
    look("cohorts")

    window.goto("/finance/reports/failed_payments/?first=2026-10-01&last=2026-11-30")
    expect(window.get_by_role("heading", name="Recovered in time")).to_be_visible()
    look("failed-payments")


def test_the_lapsed_of_a_year_are_people_with_a_history(window: Page, look: Look) -> None:
    window.goto("/finance/reports/donor_years/?first_year=2022&last_year=2025")
    look("donor-years")

    of_all = window.get_by_role("row", name="2025 All currencies")
    # After its year, its currencies, its donors and their three kinds.
    of_all.get_by_role("cell").nth(6).get_by_role("link", name="1").click()
    expect(window.get_by_role("heading", name="1 row")).to_be_visible()
    expect(window.get_by_text("cat@example.org")).to_be_visible()
    look("lapsed-people")
