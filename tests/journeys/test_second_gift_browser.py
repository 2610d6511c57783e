"""A supporter with a monthly gift who is about to begin a second one, in a real browser."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import Settings

from payments.models import Campaign
from tests.membership.givers import recurring_payment, signed_in_giver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


@pytest.fixture
def supporter(
    client: Client, campaign: Campaign, site: str, window: Page, settings: Settings
) -> None:
    """Give the window a session of somebody with a monthly gift."""
    client.force_login(signed_in_giver(recurring_payment()).user)  # type: ignore[arg-type]
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.mark.usefixtures("supporter", "hosted_pages")
def test_a_supporter_is_told_before_giving_and_asked_before_a_second_standing_gift(
    site: str, window: Page, look: Look
) -> None:
    window.goto("/donate/support/")
    expect(window.get_by_text("You already support us")).to_be_visible()
    look("second-gift-told")

    window.get_by_role("button", name="Give £5 a month").click()
    expect(window.get_by_role("alert")).to_contain_text("A second gift?")
    look("second-gift-asked")

    window.get_by_role("button", name="Give £5 a month").click()
    window.wait_for_url(lambda url: not url.startswith(site))
