"""A letter's link raises a gift and does nothing else: GET shows, two POSTs act, and no amount is lower."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from membership.portal.upgrade_forms import raises_of
from membership.supporters.links import LinkPurpose, make_link
from payments.models import (
    Campaign,
    CampaignCurrency,
    PlanCommand,
    PlanCommandKind,
    PlanStatus,
    RecurringPlan,
)
from tests.membership.donation_page import other, post_gift
from tests.membership.givers import recurring_payment
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    """A gift of £10 a month."""
    response = post_gift(client, **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    return RecurringPlan.objects.get()


def link_to(plan: RecurringPlan) -> str:
    return make_link(
        LinkPurpose.UPGRADE, plan.reference, valid_for=timedelta(days=60), now=timezone.now()
    )


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def test_a_scanner_that_opens_the_link_raises_nothing(plan: RecurringPlan) -> None:
    for _ in range(3):
        page = words(Client().get(link_to(plan)).content)
        assert "£13 a month" in page
        assert "£15 a month" in page
        assert "£20 a month" in page
    assert not PlanCommand.objects.exists()


def test_two_steps_raise_the_gift_without_signing_in(plan: RecurringPlan) -> None:
    reader = Client()

    preview = words(reader.post(link_to(plan), {"amount": "1500"}).content)
    assert "£15" in preview
    assert "Nothing is charged today." in preview
    assert not PlanCommand.objects.exists()

    response = reader.post(link_to(plan), {"amount": "1500", "confirmed": "yes"})
    plan.refresh_from_db()
    assert plan.total == 1500
    command = PlanCommand.objects.get()
    assert (command.kind, command.cause) == (PlanCommandKind.AMOUNT, "a letter's link")
    page = words(reader.get(response["Location"]).content)
    assert "your gift is raised" in page


@pytest.mark.parametrize("amount", ["1", "999", "1000", "1499", "-1500", "nonsense", ""])
def test_no_other_amount_can_be_sent(plan: RecurringPlan, amount: str) -> None:
    response = Client().post(link_to(plan), {"amount": amount, "confirmed": "yes"})

    assert "Choose an amount." in words(response.content)
    plan.refresh_from_db()
    assert plan.total == 1000
    assert not PlanCommand.objects.exists()


def test_a_link_for_something_else_raises_nothing(plan: RecurringPlan) -> None:
    token = link_to(plan).rsplit("/", 2)[1]

    assert Client().post(f"/letters/stop/{token}/").status_code == 404
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE


def test_a_gift_that_cannot_be_raised_is_shown_as_it_stands(plan: RecurringPlan) -> None:
    RecurringPlan.objects.update(status=PlanStatus.PAST_DUE)

    page = words(Client().get(link_to(plan)).content)

    assert "did not go through" in page
    assert "How much would you like to give?" not in page


def test_the_page_tells_no_more_than_the_letter_did(plan: RecurringPlan) -> None:
    assert "reader@example.org" not in Client().get(link_to(plan)).content.decode()


def test_raises_are_whole_and_within_what_the_campaign_takes(campaign: Campaign) -> None:
    plan = recurring_payment().donation.plan
    assert plan is not None
    assert raises_of(plan) == [700, 800, 1000]
    plan.amount = 333
    assert raises_of(plan) == [500, 700]
    plan.currency, plan.amount = "JPY", 101
    assert raises_of(plan) == [127, 152, 202]
    plan.currency, plan.amount = "GBP", 600_000
    assert raises_of(plan) == [750_000, 900_000]
    CampaignCurrency.objects.filter(currency="GBP").update(maximum=600_000)
    assert raises_of(plan) == []
