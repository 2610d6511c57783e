"""A recurring gift stopped and kept again in a real browser, in two clicks and one."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from payments.models import Campaign, PlanStatus, RecurringPlan
from tests.factories import UserFactory
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    """A reader's monthly gift."""
    response = post_gift(client, **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    return RecurringPlan.objects.get()


@pytest.fixture
def signed_in(client: Client, plan: RecurringPlan, site: str, window: Page) -> None:
    """Give the window a session of the giver."""
    client.force_login(UserFactory.create(email="reader@example.org"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.mark.usefixtures("signed_in")
def test_two_clicks_stop_a_gift_and_one_keeps_it(
    window: Page, look: Look, plan: RecurringPlan
) -> None:
    window.goto("/support/")
    look("my-support-plan")
    window.get_by_role("link", name="Stop this gift").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Stop this gift?")
    look("stop")
    window.get_by_role("button", name="Stop this gift").click()
    expect(window.get_by_role("status")).to_contain_text("Your gift is stopped.")
    expect(window.get_by_text("nothing more is collected")).to_be_visible()
    look("my-support-stopped")
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDING

    window.get_by_role("button", name="Keep giving").click()
    expect(window.get_by_text("The next payment is collected on")).to_be_visible()
    look("my-support-kept")
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE


@pytest.mark.usefixtures("signed_in")
def test_the_page_for_a_failing_gift_is_accessible_too(
    window: Page, look: Look, plan: RecurringPlan
) -> None:
    RecurringPlan.objects.update(status=PlanStatus.PAST_DUE)
    window.goto(f"/support/plans/{plan.reference}/stop/")
    expect(window.get_by_text("The gift ends at once.")).to_be_visible()
    look("stop-failing")
    window.get_by_role("link", name="Back to My support").click()
    expect(window.get_by_role("heading", name="My support")).to_be_visible()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PAST_DUE
