"""From My support a gift is changed in two steps, and the second says what will be charged and when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payments.models import (
    Campaign,
    Frequency,
    PlanChange,
    PlanChangeKind,
    PlanCommand,
    PlanStatus,
    RecurringPlan,
)
from tests.factories import UserFactory
from tests.membership.monthly_gift import MINE, begin_gift, path, words
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

Deliver = Callable[[], int]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> RecurringPlan:
    return begin_gift(client, sandbox, deliver)


def day(plan: RecurringPlan) -> str:
    assert plan.current_period_end_at is not None
    return f"{plan.current_period_end_at:%-d %B %Y}"


def both_steps(client: Client, plan: RecurringPlan, change: str, **data: str) -> tuple[str, str]:
    """Send the form and then its confirmation; returns the page that asked to confirm, and My support after it."""
    address = path(plan, "change", change)
    preview = words(client.post(address, data))
    response = client.post(address, {**data, "confirmed": "yes"})
    assert (response.status_code, response["Location"]) == (302, MINE)
    return preview, words(client.get(MINE))


def test_my_support_tells_the_gift_its_card_and_what_can_be_changed(
    client: Client, plan: RecurringPlan
) -> None:
    page = words(client.get(MINE))
    assert "£10</span> a month" in page
    assert f"The next payment is collected on {day(plan)}." in page
    assert "Visa ending in 4242, good until December 2034" in page
    for change in ("amount", "date", "frequency", "pause"):
        assert path(plan, "change", change) in page
    assert path(plan, "card") in page
    assert path(plan, "stop") in page
    assert path(plan, "change", "resume") not in page


def test_the_amount_is_changed_after_a_look_at_what_follows(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount
) -> None:
    assert "New amount a month, in GBP" in words(client.get(path(plan, "change", "amount")))
    address = path(plan, "change", "amount")
    preview = words(client.post(address, {"amount": "15.50"}))
    assert f"£15.50</strong> on <strong>{day(plan)}</strong>" in preview
    assert "Nothing is charged today." in preview
    assert not PlanCommand.objects.exists()
    preview, after = both_steps(client, plan, "amount", amount="15.50")
    assert "Your gift is changed." in after
    assert "£15.50</span> a month" in after
    assert sandbox.object(plan.stripe_id)["items"]["data"][0]["price"]["unit_amount"] == 1550


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("10", "This is what you give now"),
        ("0.10", "The smallest gift that we can take is £1."),
        ("20000", "The largest gift that we can take online is £10,000."),
        ("ten", "Enter the amount in figures"),
        ("", "This field is required."),
    ],
)
def test_an_amount_that_cannot_be_taken_is_said_so(
    client: Client, plan: RecurringPlan, typed: str, sentence: str
) -> None:
    page = words(client.post(path(plan, "change", "amount"), {"amount": typed, "confirmed": "yes"}))
    assert sentence in page
    assert not PlanCommand.objects.exists()


def test_the_next_payment_is_moved(client: Client, plan: RecurringPlan) -> None:
    to = timezone.now().date() + timedelta(days=40)
    preview, after = both_steps(client, plan, "date", day=to.isoformat())
    assert f"£10</strong> on <strong>{to:%-d %B %Y}</strong>" in preview
    assert f"The next payment is collected on {to:%-d %B %Y}." in after


@pytest.mark.parametrize("days", [0, 400])
def test_a_day_out_of_reach_is_refused(client: Client, plan: RecurringPlan, days: int) -> None:
    to = timezone.now().date() + timedelta(days=days)
    page = words(client.post(path(plan, "change", "date"), {"day": to.isoformat()}))
    assert "Choose a day from" in page


def test_a_monthly_gift_becomes_a_yearly_one_when_the_month_is_over(
    client: Client, plan: RecurringPlan
) -> None:
    page = words(client.get(path(plan, "change", "frequency")))
    assert 'value="120"' in page
    preview, after = both_steps(client, plan, "frequency", amount="100")
    assert f"£100</strong> on <strong>{day(plan)}</strong>" in preview
    assert "every year after that" in preview
    assert "£100</span> a year" in after
    plan.refresh_from_db()
    assert plan.frequency == Frequency.YEARLY


def test_a_gift_is_paused_and_goes_on_earlier(client: Client, plan: RecurringPlan) -> None:
    preview, after = both_steps(client, plan, "pause", skip="2")
    assert "Nothing is charged before that day." in preview
    assert "Paused until" in after
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PAUSED
    address = path(plan, "change", "resume")
    assert f"£10</strong> on <strong>{day(plan)}</strong>" in words(client.get(address))
    client.post(address, {"confirmed": "yes"})
    assert f"The next payment is collected on {day(plan)}." in words(client.get(MINE))


def test_a_failing_gift_is_not_changed_but_its_card(client: Client, plan: RecurringPlan) -> None:
    RecurringPlan.objects.update(status=PlanStatus.PAST_DUE)
    page = words(client.get(MINE))
    assert "Change the card and pay now" in page
    assert path(plan, "change", "amount") not in page
    assert client.get(path(plan, "change", "amount"))["Location"] == MINE


def test_there_is_no_other_change(client: Client, plan: RecurringPlan) -> None:
    assert client.get(path(plan, "change", "nothing")).status_code == 404


def test_a_stranger_changes_nothing(client: Client, plan: RecurringPlan) -> None:
    stranger = Client()
    stranger.force_login(UserFactory.create(email="stranger@example.org"))
    for change in ("amount", "date", "frequency", "pause", "resume"):
        for data in ({}, {"amount": "1", "skip": "1", "confirmed": "yes"}):
            assert stranger.post(path(plan, "change", change), data).status_code == 404
    for name in ("card", "stop", "keep"):
        assert stranger.post(path(plan, name)).status_code == 404
    assert not PlanCommand.objects.exists()


def test_stopping_offers_a_pause_as_quietly_and_keeps_the_reason(
    client: Client, plan: RecurringPlan
) -> None:
    page = words(client.get(path(plan, "stop")))
    assert 'class="button-secondary" type="submit">Stop this gift' in page
    assert "Pause it instead" in page
    client.post(path(plan, "stop"), {"reason": "too_expensive", "comment": "Sorry."})
    change = PlanChange.objects.get(kind=PlanChangeKind.STOPPING)
    assert (change.reason, change.comment, change.actor) == ("too_expensive", "Sorry.", "reader")


def test_nonsense_for_a_reason_keeps_nobody_from_stopping(
    client: Client, plan: RecurringPlan
) -> None:
    client.post(path(plan, "stop"), {"reason": "because", "comment": "x" * 9000})
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDING


def test_an_ended_gift_can_be_begun_again(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    client.post(path(plan, "stop"))
    sandbox.advance(days=32)
    deliver()
    page = words(client.get(MINE))
    assert "Gifts that have ended" in page
    address = "/donate/support/?frequency=monthly&amp;currency=GBP&amp;amount=10.00"
    assert address in page
    form = words(client.get(address.replace("&amp;", "&")))
    assert "£10" in form


@pytest.mark.parametrize("step", ["my support", "form", "confirm", "stop", "card"])
def test_no_page_asks_the_database_more_than_eight_times(
    client: Client, plan: RecurringPlan, step: str
) -> None:
    ask = {
        "my support": lambda: client.get(MINE),
        "form": lambda: client.get(path(plan, "change", "amount")),
        "confirm": lambda: client.post(path(plan, "change", "amount"), {"amount": "12"}),
        "stop": lambda: client.get(path(plan, "stop")),
        "card": lambda: client.get(path(plan, "card")),
    }[step]
    ask()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert ask().status_code == 200
    assert len(queries) <= 8, [query["sql"] for query in queries]


def test_each_change_is_confirmed_by_one_letter(
    client: Client,
    plan: RecurringPlan,
    deliver: Deliver,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        both_steps(client, plan, "amount", amount="15")
        both_steps(client, plan, "pause", skip="1")
    deliver()
    assert len(mail.outbox) == 2
