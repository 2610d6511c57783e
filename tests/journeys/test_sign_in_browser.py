"""Signing in, passkeys and the second step in a real browser."""

import copy
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from membership.models import Supporter
from payments.models import Campaign
from payments.receipts.actions import issue_receipt, render_receipt
from tests.factories import NOON, CustomerFactory, DonationFactory, PaymentFactory, UserFactory
from tests.second_factor import app_code
from tests.sign_in import latest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EDITOR = "editor@example.org"
READER = "reader@example.org"

Look = Callable[[str], None]


@pytest.fixture(autouse=True)
def newspaper(campaign: Campaign) -> Campaign:
    return campaign


@pytest.fixture
def authenticator(window: Page, settings: Settings) -> None:
    """A fingerprint reader that always agrees, in the window."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    devices = window.context.new_cdp_session(window)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(window: Page, email: str, *, look: Look | None = None) -> None:
    window.goto("/accounts/login/")
    if look:
        look("sign-in")
    window.get_by_label("Email address").fill(email)
    window.get_by_role("button", name="Send me a code").click()
    expect(window.get_by_role("heading", name="Type your code")).to_be_visible()
    if look:
        look("code")
    window.get_by_label("Code").fill(latest_code())
    window.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(window: Page) -> None:
    window.get_by_role("link", name="Sign out").click()
    window.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(window.get_by_text("You are signed out")).to_be_visible()


def test_a_reader_signs_in_by_code_and_sees_their_support(window: Page, look: Look) -> None:
    customer = CustomerFactory.create(email=READER)
    for amount in (1000, 2550):
        payment = PaymentFactory.create(
            donation=DonationFactory.create(customer=customer, amount=amount)
        )
        issue_receipt(payment.pk, now=NOON)
    render_receipt(payment.receipts.get().pk, now=NOON)
    sign_in(window, READER, look=look)
    expect(window.get_by_role("heading", name="My support")).to_be_visible()
    look("my-support-empty")
    customer.party = Supporter.objects.get(email=READER).reference
    customer.save()
    window.reload()
    look("my-support")
    with window.expect_download() as download:
        window.get_by_role("link", name="Receipt").click()
    assert download.value.suggested_filename.endswith(".pdf")
    sign_out(window)


def test_mistakes_are_said_beside_the_field(window: Page, look: Look) -> None:
    window.goto("/accounts/login/")
    window.get_by_label("Email address").fill("not an address")
    window.get_by_role("button", name="Send me a code").click()
    window.get_by_role("link", name="This does not look like").click()
    expect(window.get_by_label("Email address")).to_be_focused()
    look("sign-in-mistake")
    window.get_by_label("Email address").fill(READER)
    window.get_by_role("button", name="Send me a code").click()
    window.get_by_label("Code").fill("1234")
    window.get_by_role("button", name="Sign in", exact=True).click()
    look("code-mistake")


@pytest.mark.parametrize("is_allowed", [True, False])
def test_the_reader_returns_to_the_article_on_another_host(
    window: Page, site: str, settings: Settings, violations: list[str], is_allowed: bool
) -> None:
    """The policy must name the article's host; the second case shows that this test would notice."""
    origin = site.replace("localhost", "127.0.0.1")
    settings.ARTICLE_ORIGINS = [origin]
    if is_allowed:
        settings.CONTENT_SECURITY_POLICY = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
        settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(origin)
    window.goto(f"/accounts/login/?next={origin}/support/?from=article")
    window.get_by_label("Email address").fill(READER)
    window.get_by_role("button", name="Send me a code").click()
    window.get_by_label("Code").fill(latest_code())
    window.get_by_role("button", name="Sign in", exact=True).click()
    if is_allowed:
        # The other host knows no session of ours, so the page stands for the article by its address alone.
        window.wait_for_url(f"{origin}/**")
    else:
        window.wait_for_timeout(1000)
        assert not window.url.startswith(origin)
        assert any("form-action" in violation for violation in violations)
        violations.clear()


def test_staff_set_an_app_up_and_sign_in_with_it(window: Page, look: Look) -> None:
    UserFactory.create(email=EDITOR, is_staff=True, is_superuser=True)
    sign_in(window, EDITOR)
    window.goto("/admin/")
    expect(window.get_by_text("open only with a second step")).to_be_visible()
    look("security")
    window.get_by_role("link", name="Set up an app").click()
    expect(window.get_by_alt_text("QR code")).to_be_visible()
    look("app")
    secret = window.locator("code").inner_text()
    window.get_by_label("Authenticator code").fill(app_code(secret))
    window.get_by_role("button", name="Set up").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look("recovery-codes")
    window.get_by_role("link", name="I have kept them").click()
    window.get_by_role("link", name="Administration").click()
    expect(window.get_by_role("heading", name="Site administration")).to_be_visible()
    window.goto("/support/")
    sign_out(window)
    sign_in(window, EDITOR)
    expect(window.get_by_role("heading", name="Second step")).to_be_visible()
    look("second-step")
    window.get_by_label("Code").fill(app_code(secret, step=1))
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("heading", name="My support")).to_be_visible()
    window.goto("/admin/")
    expect(window.get_by_role("heading", name="Site administration")).to_be_visible()


def test_a_passkey_is_added_and_signs_in_alone(
    window: Page, look: Look, authenticator: None
) -> None:
    UserFactory.create(email=EDITOR, is_staff=True, is_superuser=True)
    sign_in(window, EDITOR)
    window.goto("/accounts/security/")
    window.get_by_role("link", name="Add a passkey").click()
    look("passkey-add")
    window.get_by_label("Name").fill("Work laptop")
    window.get_by_role("button", name="Add a passkey").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    window.get_by_role("link", name="I have kept them").click()
    expect(window.get_by_text("Work laptop").first).to_be_visible()
    look("security-with-passkey")
    sign_out(window)
    window.goto("/accounts/login/?next=/admin/")
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_role("heading", name="Site administration")).to_be_visible()


def test_a_passkey_is_the_second_step_after_a_code_and_can_be_removed(
    window: Page, look: Look, authenticator: None
) -> None:
    UserFactory.create(email=EDITOR, is_staff=True, is_superuser=True)
    sign_in(window, EDITOR)
    window.goto("/accounts/security/passkeys/add/")
    window.get_by_role("button", name="Add a passkey").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(window)
    sign_in(window, EDITOR)
    window.get_by_role("button", name="Use a passkey").click()
    expect(window.get_by_role("heading", name="My support")).to_be_visible()
    window.goto("/accounts/security/")
    window.get_by_role("link", name="Remove").click()
    expect(window.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    look("confirm-code")
    window.get_by_role("link", name="Use a passkey instead").click()
    look("confirm-passkey")
    window.get_by_role("button", name="Use your passkey").click()
    expect(window.get_by_role("heading", name="Remove this passkey?")).to_be_visible()
    look("passkey-remove")
    window.get_by_role("button", name="Remove the passkey").click()
    expect(window.get_by_text("The passkey is removed.")).to_be_visible()


def test_a_device_without_a_passkey_of_ours_is_no_dead_end(
    window: Page, authenticator: None
) -> None:
    window.goto("/accounts/login/")
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_text("That did not work, or it was cancelled")).to_be_visible()
    sign_in(window, READER)
    expect(window.get_by_role("heading", name="My support")).to_be_visible()


def test_without_scripts_the_passkey_button_is_not_there(window: Page, site: str) -> None:
    browser = window.context.browser
    assert browser is not None
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, READER)
    expect(page.get_by_role("heading", name="My support")).to_be_visible()
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    context.close()
