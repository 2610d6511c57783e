"""The page behind the yearly letter, opened without signing in, raises nothing that it did not offer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from membership.supporters.links import LinkPurpose, make_link
from payments.models import Campaign, PlanCommand, RecurringPlan
from tests.journeys.test_stopping_browser import Look
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    """A gift of £10 a month."""
    response = post_gift(client, name="Ada Reader", **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    return RecurringPlan.objects.get()


@pytest.fixture
def link(plan: RecurringPlan, site: str) -> str:
    """The address that the letter's button leads to."""
    return make_link(
        LinkPurpose.UPGRADE, plan.reference, valid_for=timedelta(days=60), now=timezone.now()
    )


def test_opening_and_going_on_without_a_choice_change_nothing(
    window: Page, look: Look, plan: RecurringPlan, link: str
) -> None:
    window.goto(link)
    window.reload()
    expect(window.get_by_role("heading", level=1)).to_have_text("A little more")
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_role("alert")).to_contain_text("Choose an amount.")
    look("upgrade-problem")
    plan.refresh_from_db()
    assert plan.total == 1000
    assert not PlanCommand.objects.exists()


def test_a_lower_amount_is_refused_whatever_the_browser_sends(
    window: Page, plan: RecurringPlan, link: str
) -> None:
    window.goto(link)
    lowest = window.get_by_label("£13 a month")
    lowest.evaluate("(input) => { input.value = '500' }")
    lowest.check()
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_role("alert")).to_contain_text("Choose an amount.")
    plan.refresh_from_db()
    assert plan.total == 1000
    assert not PlanCommand.objects.exists()
