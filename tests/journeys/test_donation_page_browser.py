"""The donation page in a real browser: what its script adds, and that nothing needs it."""

import copy
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from payments.campaigns.queries import fee_cover
from payments.models import Campaign, CampaignCurrency, Checkout
from payments.money import Money
from tests.factories import CampaignFactory, make_newspaper
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

URL = "/donate/support/"
GIVE = "button[data-once]"
Look = Callable[[str], None]


@pytest.fixture(autouse=True)
def newspaper(campaign: Campaign) -> Campaign:
    return campaign


@pytest.fixture
def checkout_origin(sandbox: SandboxAccount, sandbox_url: str, settings: Settings) -> str:
    """Let the policy's form-action name the sandbox, whose port is known only now."""
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = ["'self'", sandbox_url]
    settings.CONTENT_SECURITY_POLICY = policy
    return sandbox_url


def choose(window: Page, words: str) -> None:
    window.get_by_role("radio", name=words, exact=True).check()


def test_the_page_is_accessible_in_every_state(window: Page, look: Look) -> None:
    window.goto(URL)
    look("donation-page")
    choose(window, "Other")
    look("donation-page-other-amount")
    window.get_by_role("button", name=re.compile("Continue to payment")).click()
    expect(window.get_by_role("alert")).to_be_focused()
    look("donation-page-errors")
    window.get_by_role("link", name="Enter an amount.").click()
    expect(window.get_by_label("Your own amount")).to_be_focused()
    window.goto("/donate/nothing/")
    look("donation-page-unknown")


def test_only_the_amounts_of_the_chosen_frequency_show(window: Page) -> None:
    window.goto(URL)
    expect(window.get_by_text("How much a month?")).to_be_visible()
    expect(window.get_by_text("Your recurring gift")).to_be_visible()
    choose(window, "Once")
    expect(window.get_by_text("How much a month?")).to_be_hidden()
    expect(window.get_by_text("How much?", exact=True)).to_be_visible()
    expect(window.get_by_text("Your recurring gift")).to_be_hidden()


def test_the_button_says_what_will_be_charged(window: Page) -> None:
    window.goto(URL)
    button = window.locator(GIVE)
    expect(button).to_have_text("Give £5 a month")
    choose(window, "Once")
    choose(window, "£25")
    expect(button).to_have_text("Give £25")
    choose(window, "Other")
    window.get_by_label("Your own amount").fill("7,5")
    expect(button).to_have_text("Give £7.50")
    window.get_by_label("Your own amount").fill("seven")
    expect(button).to_have_text("Continue to payment")
    choose(window, "£5")
    expect(window.locator("#other_amount")).to_have_value("")


@pytest.mark.parametrize("currency", ["GBP", "USD", "JPY", "KWD"])
def test_the_fee_that_the_script_shows_is_the_fee_that_the_server_adds(
    window: Page, campaign: Campaign, currency: str
) -> None:
    fee = {"fee_basis_points": 275, "fee_fixed": 100}
    terms, _ = CampaignCurrency.objects.update_or_create(
        campaign=campaign,
        currency=currency,
        defaults={"minimum": 10, "maximum": 10**9},
        create_defaults={"minimum": 10, "maximum": 10**9, **fee},
    )
    window.goto(f"{URL}?currency={currency}&frequency=once")
    choose(window, "Other")
    window.get_by_label("Also cover the payment fee").check()
    for minor in (10, 100, 990, 1000, 12340, 99990, 1_000_000):
        amount = Money(minor, currency).to_decimal()
        typed = str(amount.quantize(Decimal("0.01")) if currency == "KWD" else amount)
        window.get_by_label("Your own amount").fill(typed)
        total = Money(minor + fee_cover(minor, terms), currency)
        label = window.locator(GIVE).inner_text()
        shown = Decimal(re.sub(r"[^0-9.]", "", label.replace(",", "")))
        assert shown == total.to_decimal(), (label, minor)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("£7", "Give £7"),
        (" gbp 7.5", "Give £7.50"),
        ("1,000", "Give £1,000"),
        ("1,234.5", "Give £1,234.50"),
        ("1.234,50", "Give £1,234.50"),
        ("1.234", "Continue to payment"),
        ("$7", "Continue to payment"),
        ("99,999", "Continue to payment"),
        ("0.99", "Continue to payment"),
    ],
)
def test_the_button_reads_an_own_amount_as_the_server_does_or_names_none(
    window: Page, typed: str, words: str
) -> None:
    window.goto(f"{URL}?frequency=once&amount=other")
    window.get_by_label("Your own amount").fill(typed)
    expect(window.locator(GIVE)).to_have_text(words)


def test_the_currency_switch_keeps_all_that_was_entered(window: Page) -> None:
    window.goto(URL)
    choose(window, "Yearly")
    choose(window, "Other")
    window.get_by_label("Your own amount").fill("55")
    window.get_by_label("Email address").fill("reader@example.org")
    window.get_by_label("Name").fill("A Reader")
    window.get_by_label("email me news").check()
    window.get_by_role("button", name="EUR").click()
    expect(window.locator(GIVE)).to_have_text("Give €55 a year")
    expect(window.get_by_label("Email address")).to_have_value("reader@example.org")
    expect(window.get_by_label("Name")).to_have_value("A Reader")
    expect(window.get_by_label("email me news")).to_be_checked()
    assert "reader" not in window.url


def test_enter_in_a_field_gives_in_the_currency_that_shows(
    window: Page, checkout_origin: str
) -> None:
    window.goto(URL)
    window.get_by_role("button", name="EUR").click()
    window.get_by_label("Email address").fill("reader@example.org")
    window.get_by_label("Email address").press("Enter")
    window.wait_for_url(f"{checkout_origin}/**")
    assert Checkout.objects.get().currency == "EUR"


def test_another_amount_opens_with_its_field_in_focus(window: Page) -> None:
    window.goto(f"{URL}?frequency=monthly&amount=other")
    expect(window.get_by_label("Your own amount")).to_be_focused()


def test_the_way_to_the_campaigns_is_accessible(window: Page, look: Look) -> None:
    make_newspaper(slug="investigations")
    window.goto("/")
    look("home")
    CampaignFactory.create(slug="soon", opens_at=timezone.now() + timedelta(days=20))
    window.goto("/donate/soon/")
    look("donation-page-announced")


def test_a_gift_goes_through_in_a_browser_and_the_thanks_appear_by_themselves(
    window: Page,
    look: Look,
    checkout_origin: str,
    deliver: Callable[[], int],
) -> None:
    window.goto(URL)
    choose(window, "Once")
    window.get_by_label("Email address").fill("reader@example.org")
    window.locator(GIVE).dblclick()
    window.wait_for_url(f"{checkout_origin}/**")
    assert Checkout.objects.count() == 1
    _pay(window)
    window.wait_for_url("**/thank-you/**")
    look("thank-you-confirming")
    deliver()
    expect(window.get_by_role("heading", name="Thank you")).to_be_visible(timeout=15_000)
    look("thank-you")


def test_without_script_the_page_takes_a_gift_too(
    browser: Browser, site: str, checkout_origin: str
) -> None:
    context = browser.new_context(base_url=site, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(URL)
    choose(page, "Yearly")
    choose(page, "Other")
    page.get_by_label("Your own amount").fill("55.55")
    page.get_by_label("Email address").fill("reader@example.org")
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(f"{checkout_origin}/**")
    checkout = Checkout.objects.get()
    assert (checkout.frequency, checkout.amount) == ("yearly", 5555)
    page.go_back()
    context.close()


def test_turning_back_keeps_the_choices(window: Page, look: Look, checkout_origin: str) -> None:
    window.goto(f"{URL}?frequency=once&amount=12.34")
    window.get_by_label("Email address").fill("reader@example.org")
    window.locator(GIVE).click()
    window.wait_for_url(f"{checkout_origin}/**")
    window.goto(f"/donate/support/cancelled/{Checkout.objects.get().reference}/")
    look("cancelled")
    window.get_by_role("link", name="Change the gift").click()
    expect(window.get_by_label("Your own amount")).to_have_value("12.34")
    expect(window.get_by_label("Email address")).to_have_value("reader@example.org")


def _pay(window: Page) -> None:
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
    for name, value in {**card, "name": "A Reader"}.items():
        window.locator(f"[name={name}]").fill(value)
    window.locator("form:has([name=number]) button").last.click()
