"""From My support a recurring gift is stopped in two clicks, confirmed by letter, and kept again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from membership.models import StatusChange
from payments.models import Campaign, PlanCommand, PlanStatus, RecurringPlan
from payments.plans.stopping import finish_commands
from tests.factories import UserFactory
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

MINE = reverse("membership:my_support")
Press = Callable[[str], str]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    """The monthly gift of the reader whose browser `client` is, signed in."""
    response = post_gift(client, name="Ada Reader", **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    client.force_login(UserFactory.create(email="reader@example.org"))
    mail.outbox.clear()
    return RecurringPlan.objects.get()


@pytest.fixture
def press(
    client: Client,
    plan: RecurringPlan,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Press:
    """Send the form of an address and return the page that it leads to."""

    def run(name: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(path(plan, name))
        assert (response.status_code, response["Location"]) == (302, MINE)
        return words(client.get(MINE))

    return run


def path(plan: RecurringPlan, name: str) -> str:
    return reverse(f"membership:plan_{name}", args=[plan.reference])


def words(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def day(plan: RecurringPlan) -> str:
    assert plan.current_period_end_at is not None
    return f"{plan.current_period_end_at:%-d %B %Y}"


def test_the_page_says_what_happens_and_changes_nothing(
    client: Client, plan: RecurringPlan
) -> None:
    assert path(plan, "stop") in words(client.get(MINE))
    page = words(client.get(path(plan, "stop")))
    assert "Nothing more is collected." in page
    assert f"until {day(plan)}, the end of the time that you have paid for" in page
    assert "£10</span> a month" in page
    assert "Last payment" in page
    assert not PlanCommand.objects.exists()


def test_a_gift_is_stopped_confirmed_and_kept_again(
    plan: RecurringPlan, press: Press, deliver: Callable[[], int]
) -> None:
    page = press("stop")
    assert "Your gift is stopped." in page
    assert f"Stopped: nothing more is collected, and it ends on {day(plan)}." in page
    assert path(plan, "stop") not in page
    deliver()

    page = press("keep")
    assert "your gift goes on" in page
    assert f"The next payment is collected on {day(plan)}." in page
    assert path(plan, "keep") not in page
    deliver()

    stopped, kept = mail.outbox
    assert stopped.subject == "Your monthly support of The Harbour Courier is stopped"
    assert kept.subject == "Your monthly support of The Harbour Courier goes on"
    for message in (stopped, kept):
        assert message.to == ["reader@example.org"]
        for body in (message.body, message.alternatives[0].content):  # type: ignore[attr-defined]
            assert "Dear Ada Reader," in body
            assert "£10.00 monthly" in body
            assert day(plan) in body
            assert timezone.now().strftime("at %H:") in body
    assert [change.to_state for change in StatusChange.objects.order_by("id")] == [
        "recurring",
        "ending",
        "recurring",
    ]


def test_a_second_click_on_stop_is_no_second_stop(plan: RecurringPlan, press: Press) -> None:
    press("stop")
    assert "it ends on" in press("stop")
    assert len(mail.outbox) == 1
    assert PlanCommand.objects.count() == 1


def test_a_stopped_gift_has_no_page_to_stop_it(
    client: Client, plan: RecurringPlan, press: Press
) -> None:
    press("stop")
    assert client.get(path(plan, "stop")).status_code == 302


def test_a_failing_gift_ends_at_once_and_says_so(
    client: Client, plan: RecurringPlan, press: Press
) -> None:
    RecurringPlan.objects.update(status=PlanStatus.PAST_DUE)
    page = words(client.get(path(plan, "stop")))
    assert "The payment that did not go through is not tried again." in page
    assert "The gift ends at once." in page
    assert "Stop this gift" not in press("stop").replace("Stop this gift?", "")
    (message,) = mail.outbox
    assert "is stopped" in message.subject


def test_a_wish_that_stripe_cannot_hear_is_kept_and_carried_out_later(
    client: Client,
    plan: RecurringPlan,
    press: Press,
    sandbox: SandboxAccount,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sandbox.fail_next(3, 500, path_contains="POST /v1/subscriptions/")
    page = press("stop")
    assert "You have stopped this gift. We are passing that on" in page
    assert path(plan, "stop") not in page
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        finish_commands(now=timezone.now() + timedelta(minutes=3))
    assert "Stopped: nothing more is collected" in words(client.get(MINE))
    assert len(mail.outbox) == 1


def test_what_stripe_refuses_is_said(plan: RecurringPlan, press: Press) -> None:
    RecurringPlan.objects.update(stripe_id="sub_unknown")
    page = press("stop")
    assert "That did not work, and nothing has changed." in page
    assert path(plan, "stop") in page


@pytest.mark.parametrize("name", ["stop", "keep"])
def test_nobody_else_reaches_it(plan: RecurringPlan, name: str) -> None:
    stranger = Client()
    stranger.force_login(UserFactory.create(email="stranger@example.org"))
    assert stranger.post(path(plan, name)).status_code == 404
    assert "/accounts/login/" in Client().post(path(plan, name))["Location"]
    assert not PlanCommand.objects.exists()


@pytest.mark.parametrize("address", ["stop", "mine"])
def test_the_pages_cost_eight_queries_at_most(
    client: Client, plan: RecurringPlan, address: str
) -> None:
    target = MINE if address == "mine" else path(plan, address)
    client.get(target)
    with CaptureQueriesContext(connection) as queries:
        client.get(target)
    assert len(queries) <= 8, [query["sql"] for query in queries]
