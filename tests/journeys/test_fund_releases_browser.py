"""Restricted money in a real browser: released by one person, then by two, taken back, and read in the report."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from payments.models import Campaign
from tests.payments.failures_book import write_failures
from tests.payments.gifts import a_gift, a_refund
from tests.payments.releases import restrict
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def books(campaign: Campaign) -> None:
    """A restricted fund that holds £1,180 and $40; one person may release £500 of it."""
    now = timezone.now()
    a_refund(a_gift(campaign, 120_000, at=now - timedelta(days=3)), 2_000, at=now)
    a_gift(campaign, 4_000, currency="USD", at=now - timedelta(days=2))
    restrict(campaign, limit=50_000)
    write_failures(campaign)


def enter(window: Page, site: str, role: str) -> None:
    """Let the window be of somebody with a role."""
    client = Client()
    sign_in_staff(client, make_staff(role=role))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def release(window: Page, amount: str) -> None:
    window.goto("/finance/releases/")
    window.get_by_role("link", name="Release GBP of General reporting").click()
    window.get_by_label("Amount spent, in GBP").fill(amount)
    window.get_by_label("What it was spent on").fill("A reporter in the harbour for a month.")
    window.get_by_role("button", name="Release", exact=True).click()


def test_money_of_a_fund_is_released_and_read_in_the_report(
    window: Page, site: str, books: None, look: Callable[[str], None]
) -> None:
    enter(window, site, "finance")
    window.goto("/finance/")
    window.get_by_label("Finance desk").get_by_role("link", name="Fund releases").click()
    expect(window.get_by_role("heading", name="Restricted funds")).to_be_visible()
    window.get_by_role("link", name="Release GBP of General reporting").click()
    window.get_by_role("button", name="Release", exact=True).click()
    expect(window.get_by_role("alert")).to_contain_text("Say what the money was spent on.")
    look("release-refused")

    release(window, "300.00")
    expect(window.get_by_text("General reporting. Released.")).to_be_visible()
    release(window, "400")
    expect(window.get_by_text("Waits for a second person.")).to_be_visible()
    look("release-waits")

    enter(window, site, "finance lead")
    window.goto("/finance/releases/")
    look("releases")
    window.get_by_role("region", name="Waiting for a second person").get_by_role("link").click()
    window.get_by_label("Your note").fill("Seen the contract.")
    window.get_by_role("button", name="Approve and release").click()
    expect(window.get_by_text("Seen the contract.")).to_be_visible()
    look("release-approved")
    window.get_by_label("Why it is taken back").fill("The contract was another fund’s.")
    window.get_by_role("button", name="Take back this release").click()
    expect(window.get_by_text("General reporting. Taken back.")).to_be_visible()

    window.goto("/finance/reports/funds/?first=&last=")
    expect(window.get_by_role("cell", name="880.00 GBP")).to_be_visible()
    look("funds")
    window.get_by_role("link", name="880.00 GBP").click()
    expect(window.get_by_role("heading", name="5 rows")).to_be_visible()
    look("fund-movements")


def test_failed_payments_are_summed_by_their_decline(
    window: Page, site: str, books: None, look: Callable[[str], None]
) -> None:
    enter(window, site, "finance")
    window.goto("/finance/reports/failed_payments/?first=&last=")
    expect(window.get_by_role("heading", name="By the last decline")).to_be_visible()
    look("failed-payments")
    window.get_by_role("link", name="The same as a report").click()
    look("declines")
    window.get_by_role("row", name="expired_card").get_by_role("link").click()
    expect(window.get_by_role("heading", name="2 rows")).to_be_visible()
