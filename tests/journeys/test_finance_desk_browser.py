"""The finance desk's own pages in a real browser: a month's figures, a year's charts, the queue."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from payments.models import Campaign, LegalEntity, ReconciliationState
from tests.payments.gifts import a_gift, a_refund
from tests.payments.payouts import a_payout
from tests.payments.recurring_book import write_book
from tests.payments.suspense import a_line_in_suspense
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def books(campaign: Campaign, entity: LegalEntity) -> None:
    """Gifts of two months in three currencies, a recurring book, payouts and what needs a person."""
    now = timezone.now()
    write_book(campaign)
    for days, amount in ((1, 4500), (2, 123_450), (33, 80_000), (64, 42_000), (95, 60_000)):
        a_gift(campaign, amount, at=now - timedelta(days=days))
    a_refund(a_gift(campaign, 9000, at=now - timedelta(days=2)), 2000, at=now - timedelta(days=1))
    a_gift(campaign, 3000, at=now - timedelta(days=2), currency="JPY")
    a_gift(campaign, 1500, at=now - timedelta(days=4), is_booked=False)
    a_line_in_suspense()
    a_payout(entity, 70_000, status="in_transit")
    a_payout(
        entity,
        9000,
        state=ReconciliationState.EXCEPTION,
        evidence="Its lines come to 88.00, which is 2.00 less than it paid out.",
        reconciled_at=None,
    )


def test_finance_reads_the_month_and_settles_what_does_not_add_up(
    window: Page, site: str, look: Callable[[str], None], books: None
) -> None:
    client = Client()
    sign_in_staff(client, make_staff(role="finance"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    window.goto("/finance/")
    expect(window.get_by_role("heading", name="Received")).to_be_visible()
    look("dashboard")

    window.get_by_role("link", name="Charts").click()
    expect(window.get_by_role("heading", name="A year in charts")).to_be_visible()
    look("charts")

    window.goto("/finance/")
    window.get_by_role("article", name="Exceptions").get_by_role("link").click()
    expect(window.get_by_role("heading", name="Payment without line")).to_be_visible()
    look("exceptions")
    section = window.get_by_role("region", name="Payment without line")
    section.get_by_label("Why this is in order").fill("Stripe books it on Monday.")
    window.keyboard.press("Enter")
    expect(window.get_by_text("settled, with your name and note")).to_be_visible()
    expect(window.get_by_role("heading", name="Payment without line")).to_have_count(0)

    window.get_by_role("link", name="Stripe topup").click()
    look("suspense")
    window.get_by_role("button", name="Book it there").click()
    expect(window.get_by_role("alert")).to_contain_text("Choose what it is.")
    look("suspense-refused")
    window.get_by_label("What it is").select_option("bank_in_transit")
    window.get_by_label("How you know").fill("It is on our bank's statement.")
    window.get_by_role("button", name="Book it there").click()
    expect(window.get_by_text("is out of suspense, with your name and reason")).to_be_visible()
