"""The finance desk and the admin in a real browser."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from membership.models import User
from payments.finance.tasks import write_exports
from payments.models import Campaign, Export, RefundStatus, SuggestedAmount, WebhookEvent
from tests.factories import make_newspaper
from tests.payments.admin_pages import an_event
from tests.payments.gifts import a_gift, a_refund
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


@pytest.fixture(autouse=True)
def gifts(campaign: Campaign) -> None:
    """A month of gifts in three currencies, with a refund and one that failed."""
    autumn = make_newspaper("autumn-appeal")
    for amount in (500, 2500, 123_456):
        a_gift(campaign, amount)
    a_gift(campaign, 3000, currency="JPY")
    a_gift(campaign, 1500, currency="USD", is_booked=False)
    a_refund(a_gift(autumn, 1000, frequency="yearly"), 250)
    a_refund(a_gift(autumn, 700), 700, status=RefundStatus.FAILED)


@pytest.fixture
def enter(window: Page, site: str) -> Callable[[User], None]:
    """Give the window a session of a member of staff."""

    def as_staff(user: User) -> None:
        client = Client()
        sign_in_staff(client, user)
        name = settings.SESSION_COOKIE_NAME
        window.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": site}]
        )

    return as_staff


def test_a_month_is_looked_at_and_exported(
    window: Page, enter: Callable[[User], None], look: Look
) -> None:
    enter(make_staff(role="finance lead"))
    window.goto("/finance/gifts/")
    window.get_by_role("link", name="All", exact=True).click()
    expect(window.get_by_role("heading", name="10 rows")).to_be_visible()
    look("gift-register")

    window.get_by_label("Currency").select_option("GBP")
    window.get_by_role("button", name="Show").click()
    expect(window.get_by_role("heading", name="8 rows")).to_be_visible()

    window.get_by_label("With names and emails").check()
    window.get_by_role("button", name="Export").click()
    expect(window.get_by_role("heading", name="Gift register: CSV")).to_be_visible()
    with window.expect_download() as download:
        window.get_by_role("link", name="Download", exact=True).click()
    assert len(download.value.path().read_text().splitlines()) == 9
    look("export-ready")

    window.goto("/finance/")
    look("finance")


def test_a_file_appears_on_its_page_when_it_is_written(
    window: Page, enter: Callable[[User], None], look: Look
) -> None:
    lead = make_staff(role="finance lead")
    enter(lead)
    export = Export.objects.create(
        report="gift_register",
        format="csv",
        schema_version=1,
        filters={"entity": "courier"},
        requested_by=lead,
        requested_at=lead.date_joined,
    )
    window.goto(f"/finance/exports/{export.reference}/")
    expect(window.get_by_text("The file is being written.")).to_be_visible()
    look("export-waiting")

    write_exports()

    expect(window.get_by_role("link", name="Download", exact=True)).to_be_visible()


def test_filters_that_make_no_sense_are_explained(
    window: Page, enter: Callable[[User], None], look: Look
) -> None:
    enter(make_staff(role="finance"))
    window.goto("/finance/gifts/?first=2026-11-30&last=2026-11-01")

    expect(window.get_by_text("This day is before the first one.")).to_be_visible()
    look("gift-register-refused")


def test_the_admin_works_under_the_policy(
    window: Page, enter: Callable[[User], None], campaign: Campaign
) -> None:
    """Stock admin, its scripts and widgets; `violations` would hold whatever the policy refused."""
    event = an_event()
    enter(make_staff(is_superuser=True))
    window.goto(f"/admin/payments/campaign/{campaign.pk}/change/")
    window.get_by_text("Add another Suggested amount").click()
    row = window.locator("#suggested_amounts-12")
    row.locator("[name$=currency]").fill("GBP")
    row.locator("[name$=frequency]").select_option("once")
    row.locator("[name$=amount]").fill("75.50")
    window.locator("[name=opens_at_0]").fill("2026-01-01")
    window.locator("[name=opens_at_1]").fill("09:00:00")
    window.get_by_role("button", name="Save and continue editing").click()
    expect(window.get_by_text("was changed successfully")).to_be_visible()
    assert SuggestedAmount.objects.filter(campaign=campaign, amount=7550).exists()

    window.goto("/admin/membership/user/add/")
    window.locator("#id_groups_from").wait_for()

    window.goto(f"/admin/payments/webhookevent/{event.pk}/change/")
    window.get_by_role("button", name="Replay").click()
    expect(window.get_by_text("1 of 1 will be processed again.")).to_be_visible()
    assert WebhookEvent.objects.get().attempts != event.attempts
