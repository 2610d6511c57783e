"""A year of changing one's mind in a real browser: raise, move, pause, go on, another card; and the pages beside it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from membership.supporters.links import LinkPurpose, make_link
from payments.models import Campaign, PlanStatus, RecurringPlan
from tests.factories import NOON, UserFactory
from tests.journeys.test_stopping_browser import Look
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    response = post_gift(client, name="Ada Reader", **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    return RecurringPlan.objects.get()


@pytest.fixture
def signed_in(client: Client, plan: RecurringPlan, site: str, window: Page) -> None:
    client.force_login(UserFactory.create(email="reader@example.org"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def choose(window: Page, change: str) -> None:
    window.goto("/support/")
    window.get_by_role("link", name=change).first.click()


@pytest.mark.usefixtures("signed_in")
def test_each_change_takes_two_steps_and_says_what_will_be_charged(
    window: Page, look: Look, plan: RecurringPlan
) -> None:
    window.goto("/support/")
    look("my-support-changes")
    choose(window, "Change the amount")
    window.get_by_label("New amount a month, in GBP").fill("")
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_role("alert")).to_contain_text("This field is required.")
    look("change-amount-problem")
    window.get_by_label("New amount a month, in GBP").fill("15")
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_text("Nothing is charged today.")).to_be_visible()
    look("change-amount-confirm")
    window.get_by_role("button", name="Change the amount").click()
    expect(window.get_by_role("status")).to_contain_text("Your gift is changed.")
    expect(window.get_by_role("heading", name="£15 a month")).to_be_visible()
    for change, name in (
        ("Move the next payment", "change-date"),
        ("Change how often", "change-frequency"),
    ):
        choose(window, change)
        look(name)
    choose(window, "Pause")
    window.get_by_label("Leave out 2 payments").check()
    look("change-pause")
    window.get_by_role("button", name="Go on").click()
    window.get_by_role("button", name="Pause the gift").click()
    expect(window.get_by_text("Paused until")).to_be_visible()
    look("my-support-paused")
    choose(window, "Go on now")
    look("change-resume")
    window.get_by_role("button", name="Go on giving").click()
    expect(window.get_by_text("The next payment is collected on")).to_be_visible()
    plan.refresh_from_db()
    assert (plan.status, plan.total) == (PlanStatus.ACTIVE, 1500)


@pytest.mark.usefixtures("signed_in")
def test_the_pages_beside_the_gift_are_accessible(
    window: Page, look: Look, plan: RecurringPlan
) -> None:
    for path, name in (
        (f"/support/plans/{plan.reference}/card/", "card"),
        ("/support/letters/", "consents"),
        ("/support/sessions/", "sessions"),
        ("/support/delete/", "delete"),
    ):
        window.goto(path)
        look(name)
    window.get_by_role("button", name="Delete my account").click()
    look("delete-unsure")
    RecurringPlan.objects.update(status=PlanStatus.PAST_DUE)
    window.goto("/support/")
    look("my-support-failing")


def test_the_pages_behind_a_letters_links_are_accessible(
    window: Page, look: Look, plan: RecurringPlan, site: str
) -> None:
    lasts = timedelta(days=4000)
    for purpose in (LinkPurpose.STOP, LinkPurpose.UPDATE_CARD, LinkPurpose.CONFIRM_PAYMENT):
        window.goto(make_link(purpose, plan.reference, valid_for=lasts, now=NOON))
        look(f"letter-{purpose.value}")
    window.goto(make_link(LinkPurpose.STOP, plan.reference, valid_for=-lasts, now=NOON))
    look("letter-expired")
