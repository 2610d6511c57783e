"""The finance desk by hand: views kept, filters in the address, figures followed and left, by keys alone, on paper."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from payments.models import Campaign, ExceptionSettlement, LegalEntity, SavedView
from tests.journeys.conftest import PICTURES
from tests.payments.failures_book import write_failures
from tests.payments.gifts import a_gift, a_refund
from tests.payments.giving_book import write_giving
from tests.payments.payouts import a_payout
from tests.payments.recurring_book import write_book
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]
REPORTS = "/finance/reports"


@pytest.fixture(autouse=True)
def desk(campaign: Campaign, entity: LegalEntity, window: Page, site: str) -> None:
    """Years of books in three currencies, and somebody who answers for them at the desk."""
    now = timezone.now()
    with transaction.atomic():
        write_book(campaign)
        write_failures(campaign)
        write_giving(campaign)
        a_refund(a_gift(campaign, 9000, at=now - timedelta(days=2)), 2000, at=now)
        a_gift(campaign, 3000, at=now - timedelta(days=2), currency="JPY")
        a_payout(entity, 70_000, status="in_transit")
    client = Client()
    sign_in_staff(client, make_staff(role="finance lead"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.fixture
def many(campaign: Campaign) -> None:
    """More gifts than a page of the screen or of paper has."""
    now = timezone.now()
    with transaction.atomic():
        for number in range(40):
            a_gift(campaign, 1000 + number, at=now - timedelta(hours=number), is_booked=False)


def test_a_view_is_saved_opened_renamed_and_deleted(window: Page, look: Look) -> None:
    window.goto(f"{REPORTS}/donor_years/?first_year=2022&last_year=2025")
    save = window.locator("form").filter(has=window.get_by_role("heading", name="Save this view"))
    save.get_by_label("Name").fill("Four years of donors")
    save.get_by_label("Share it with the whole desk").check()
    save.get_by_role("button", name="Save").click()
    expect(window.get_by_text("Saved as Four years of donors.")).to_be_visible()
    expect(window.get_by_text("Donor years, shared")).to_be_visible()
    look("walk-saved-views")

    window.get_by_role("link", name="Four years of donors").click()
    expect(window.get_by_role("heading", name="Donor years")).to_be_visible()
    expect(window.get_by_label("From year")).to_have_value("2022")
    expect(window.get_by_label("To year")).to_have_value("2025")

    window.go_back()
    window.get_by_label("New name of Four years of donors").fill("Donors, 2022 to 2025")
    window.get_by_role("button", name="Rename").click()
    expect(window.get_by_role("link", name="Donors, 2022 to 2025")).to_be_visible()
    assert SavedView.objects.get().filters["first_year"] == "2022"
    window.get_by_role("button", name="Delete").click()
    expect(window.get_by_text("Donors, 2022 to 2025 is deleted.")).to_be_visible()
    expect(window.get_by_text("Nothing is saved yet.")).to_be_visible()


def test_filters_stand_in_the_address_and_stay_from_page_to_page(
    window: Page, look: Look, many: None
) -> None:
    window.goto(f"{REPORTS}/gift_register/")
    window.get_by_role("link", name="All", exact=True).click()
    window.get_by_label("Currency").select_option("GBP")
    window.get_by_label("Frequency").select_option("Once")
    window.get_by_role("button", name="Show").click()
    for each in ("currency=GBP", "frequency=once"):
        assert each in window.url

    window.get_by_role("link", name="Next page").click()
    expect(window.get_by_text("Page 2 of")).to_be_visible()
    expect(window.get_by_label("Currency")).to_have_value("GBP")
    expect(window.get_by_label("From")).to_have_value("")
    second = window.url
    window.reload()
    assert window.url == second
    expect(window.get_by_text("Page 2 of")).to_be_visible()
    window.go_back()
    expect(window.get_by_text("Page 1 of")).to_be_visible()
    expect(window.get_by_label("Frequency")).to_have_value("once")

    window.goto(f"{REPORTS}/gift_register/?supporter=nobody")
    expect(window.get_by_text("This is no reference of a supporter")).to_be_visible()
    look("walk-register-refused")


def test_a_figure_is_followed_down_to_its_gift_and_back_again(window: Page, look: Look) -> None:
    years = f"{REPORTS}/donor_years/?first_year=2022&last_year=2025"
    window.goto(years)
    pounds = window.get_by_role("row", name="2025 GBP")
    pounds.get_by_role("link", name="89.00 GBP").click()
    expect(window.get_by_role("heading", name="5 rows")).to_be_visible()
    expect(window.get_by_role("cell", name="89.00")).to_be_visible()
    look("walk-donors")

    window.get_by_role("row", name="hal@example.org").get_by_role("link", name="18.00 GBP").click()
    expect(window.get_by_role("heading", name="1 row")).to_be_visible()

    window.get_by_role("row", name="hal@example.org").get_by_role("link").click()
    expect(window.get_by_role("heading", name="Gift register")).to_be_visible()
    expect(window.get_by_role("heading", name="1 row")).to_be_visible()

    for heading in ("Gifts as they stand", "Donors of a year", "Donor years"):
        window.go_back()
        expect(window.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert window.url.endswith(years)


def test_a_cell_of_retention_is_followed_to_its_gifts(window: Page, look: Look) -> None:
    window.goto(f"{REPORTS}/cohorts/?first=2025-01-01&last=2025-12-31&until=2026-12-31")
    window.get_by_role("region", name="Share of the gifts").first.get_by_role("link").nth(1).click()
    expect(window.get_by_role("heading", name="Retention, gift by gift")).to_be_visible()
    look("walk-cohort-gifts")


def _focused(window: Page) -> Locator:
    return window.locator(":focus")


def _press_until(window: Page, key: str, name: str, *, most: int = 60) -> Locator:
    """Press a key until the focus is on something of this name, and see it on each stop."""
    for _ in range(most):
        window.keyboard.press(key)
        stop = _focused(window)
        outline = stop.evaluate("(element) => getComputedStyle(element).outlineStyle")
        assert outline != "none", stop.evaluate("(element) => element.outerHTML")
        words = stop.evaluate(
            "(stop) => [stop.getAttribute('aria-label'), stop.innerText, stop.labels?.[0]?.innerText].join(' ')"
        )
        if name in words:
            return stop
    raise AssertionError(f"{name} is not reached with {key}.")


def test_the_desk_is_walked_with_keys_alone(window: Page, look: Look) -> None:
    window.goto("/finance/")
    window.keyboard.press("Tab")
    expect(_focused(window)).to_have_text("Skip to the content")
    window.keyboard.press("Enter")
    _press_until(window, "Tab", "Exceptions")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Payment without line")).to_be_visible()
    look("walk-queue")

    window.get_by_role("main").focus()
    _press_until(window, "Tab", "Why this is in order")
    window.keyboard.type("Stripe books it on Monday.")
    _press_until(window, "Tab", "Settle", most=1)
    window.keyboard.press("Space")
    expect(window.get_by_text("settled, with your name and note")).to_be_visible()
    assert ExceptionSettlement.objects.get().note == "Stripe books it on Monday."

    window.goto("/finance/")
    _press_until(window, "Tab", "Reports")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Reports", exact=True)).to_be_visible()
    _press_until(window, "Tab", "Donor years")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Donor years")).to_be_visible()
    _press_until(window, "Tab", "From year")
    _press_until(window, "Tab", "Show")
    _press_until(window, "Shift+Tab", "Reports")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Reports", exact=True)).to_be_visible()


PRINTED = {
    "register": (f"{REPORTS}/gift_register/?first=&last=&currency=GBP", "Settled, net"),
    "donor-years": (f"{REPORTS}/donor_years/?first_year=2022&last_year=2025", "Recaptured"),
}


def _paper(window: Page, name: str) -> list[str]:
    """Return the words of each page as the browser prints it."""
    printed = window.pdf(prefer_css_page_size=True)
    if PICTURES:
        Path(PICTURES, f"{name}.pdf").write_bytes(printed)
    return [page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages]


@pytest.mark.parametrize("name", PRINTED)
def test_a_report_on_paper_says_what_it_is_and_has_its_headings_on_every_page(
    window: Page, name: str, many: None
) -> None:
    address, heading = PRINTED[name]
    window.goto(address)
    expect(window.get_by_role("heading", name="Save this view")).to_be_visible()

    pages = _paper(window, name)

    words = "\n".join(pages)
    for each in ("Sign out", "Administration", "Save this view", "Next page", "Export", "Skip to"):
        assert each not in words
    # The filters are not there to be changed, so they are told.
    told = {"register": "Currency: GBP", "donor-years": "From year: 2022"}
    assert told[name] in words
    began = next(at for at, text in enumerate(pages) if heading in text)
    assert all(heading in text for text in pages[began:])
    if name == "register":
        assert len(pages) > 1


def test_the_desk_and_its_charts_on_paper_are_figures_alone(window: Page) -> None:
    for name, address, kept in (
        ("desk", "/finance/", "Failed and recovered"),
        ("charts", "/finance/charts/", "Net income by month"),
        ("queue", "/finance/exceptions/", "Payment without line"),
    ):
        window.goto(address)
        words = "\n".join(_paper(window, name))
        assert kept in words
        for each in ("Sign out", "Saved views", "Why this is in order", "Settle", "Show"):
            assert each not in words, (name, each)
