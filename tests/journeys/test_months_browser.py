"""Months in a real browser: what keeps one open, two people who close and lock it."""

from collections.abc import Callable
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from payments.finance.months.calendar import Month
from payments.models import Campaign, LegalEntity, ReconciliationState, StripeBalance
from tests.payments.gifts import a_gift, a_refund
from tests.payments.payouts import a_payout
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def become(window: Page, site: str, role: str) -> None:
    """Let the window be of somebody else with a role."""
    client = Client()
    sign_in_staff(client, make_staff(role=role))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_a_month_is_put_in_order_closed_and_locked(
    window: Page, site: str, campaign: Campaign, look: Callable[[str], None]
) -> None:
    entity: LegalEntity = campaign.entity
    over = Month.of(Month.of(timezone.localdate()).first_on - timedelta(days=1))
    then = over.within(entity).starts_at + timedelta(days=10, hours=12)
    a_refund(a_gift(campaign, 250_000, at=then), 70_000, at=then)
    a_gift(campaign, 120_000, at=then, frequency="monthly")
    a_gift(campaign, 90_000, at=then, currency="JPY")
    for currency, total in (("GBP", 299_930), ("JPY", 89_965)):
        StripeBalance.objects.create(
            entity=entity,
            currency=currency,
            taken_on=over.following.first_on,
            taken_at=over.within(entity).ends_at,
            available=total,
            pending=0,
        )

    become(window, site, "finance")
    window.goto("/finance/months/")
    look("months")
    window.get_by_role("link", name=str(over)).click()
    look("month-with-exceptions")
    window.get_by_label("Why this is in order").fill("The rates come with Monday's file.")
    window.get_by_role("button", name="Waive with this reason").click()
    window.get_by_role("button", name=f"Close {over}").click()
    expect(window.get_by_text("A second person can lock it now")).to_be_visible()

    become(window, site, "finance lead")
    window.reload()
    look("month-closed")
    window.get_by_role("button", name="for good").click()
    expect(window.get_by_role("heading", name="Locked", exact=True)).to_be_visible()
    look("month-locked")
    with window.expect_download() as told:
        window.get_by_role("link", name="Download all (ZIP)").click()
    assert "gift-register" in " ".join(ZipFile(told.value.path()).namelist())

    window.goto(f"/finance/reports/funds/?first={over.first_on}&last={over.last_on}")
    look("report-of-a-locked-month")
    window.get_by_role("button", name="Export").click()
    expect(window.get_by_text("Kept when the month was locked")).to_be_visible()
    look("export-kept")


def test_the_receipt_register_and_the_exceptions_are_read(
    window: Page, site: str, campaign: Campaign, look: Callable[[str], None]
) -> None:
    a_gift(campaign, 90_000, currency="JPY")
    become(window, site, "auditor")
    for report in ("receipt_register", "exceptions", "journal"):
        window.goto(f"/finance/reports/{report}/?first=&last=")
        look(report)


def test_accounts_are_mapped_until_journals_can_be_downloaded(
    window: Page, site: str, campaign: Campaign, look: Callable[[str], None]
) -> None:
    over = Month.of(Month.of(timezone.localdate()).first_on - timedelta(days=1))
    a_gift(campaign, 2500, at=over.within(campaign.entity).starts_at + timedelta(days=10))
    payout = a_payout(
        campaign.entity,
        arrival_on=over.last_on,
        state=ReconciliationState.EXCEPTION,
        reconciled_at=None,
    )
    become(window, site, "finance lead")

    window.goto("/finance/journals/")
    window.get_by_label("One journal for each").select_option("day")
    window.get_by_label("Format").select_option("sage50")
    window.get_by_role("button", name="Export").click()
    look("journals-blocked")
    window.get_by_role("link", name="Contributions, Once, general").click()
    window.get_by_label("Account in your package").fill("4000")
    look("mapping")
    window.get_by_role("button", name="Keep this row").click()
    for account in ("Stripe clearing", "Processing fees"):
        window.get_by_role("link", name="Add a row").click()
        window.get_by_label("Account", exact=True).select_option(account)
        window.get_by_label("Account in your package").fill("1250")
        window.get_by_role("button", name="Keep this row").click()
    look("accounts")

    window.goto("/finance/journals/?format=sage50")
    expect(window.get_by_role("link", name=payout.stripe_id)).to_be_visible()
    look("journals")
    window.get_by_role("button", name="Export").click()
    expect(window.get_by_role("heading", name="Not in the file")).to_be_visible()
    window.goto("/finance/journals/?by=day&format=sage50")
    window.get_by_role("button", name="Export").click()
    with window.expect_download() as told:
        window.get_by_role("link", name="Download", exact=True).click()
    assert told.value.suggested_filename.startswith("journals-")
    assert len(told.value.path().read_text("cp1252").splitlines()) == 4
    look("journals-ready")
