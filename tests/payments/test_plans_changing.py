"""A plan's amount, date, frequency and pause are changed at its supporter's word, told who did it, and collected so."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from payments.errors import GatewayUnavailable, InvalidTransition
from payments.gateway.standing_gifts import set_ending
from payments.models import (
    Campaign,
    Frequency,
    Payment,
    PlanActor,
    PlanChange,
    PlanChangeKind,
    PlanCommand,
    PlanStatus,
    RecurringPlan,
)
from payments.plans.changing import (
    change_amount,
    change_frequency,
    move_date,
    pause_plan,
    resume_plan,
)
from payments.plans.commands import Voice, finish_commands
from payments.plans.stopping import keep_plan, stop_plan
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

READER = Voice("my support")
DAY = timedelta(days=1)
Deliver = Callable[[], int]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> RecurringPlan:
    """A monthly gift of £10 whose first payment settled."""
    response = post_gift(client, **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    return RecurringPlan.objects.get()


def kinds(plan: RecurringPlan) -> list[str]:
    rows = PlanChange.objects.filter(plan=plan).exclude(kind=PlanChangeKind.RENEWED)
    return [row.kind for row in rows.order_by("id")]


def collected() -> list[int]:
    return list(Payment.objects.order_by("created_at", "id").values_list("amount", flat=True))


def days_on(sandbox: SandboxAccount, days: int) -> None:
    """Let days pass, and the hour that Stripe leaves a new invoice as a draft."""
    sandbox.advance(days=days, hours=2)


def test_another_amount_is_collected_from_the_next_time_on(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    changed = change_amount(plan.pk, total=1500, voice=READER, now=now)
    assert changed.total == 1500
    assert len(sandbox.object(plan.stripe_id)["items"]["data"]) == 1
    assert collected() == [1000]
    days_on(sandbox, 31)
    deliver()
    assert collected() == [1000, 1500]
    assert kinds(plan) == ["started", "amount"]
    change = PlanChange.objects.get(kind=PlanChangeKind.AMOUNT)
    assert (change.before, change.after) == ({"amount": 1000}, {"amount": 1500})
    assert change.actor == PlanActor.READER


def test_the_next_collection_is_moved_to_another_day(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    next_at = (now + 40 * DAY).replace(microsecond=0)
    moved = move_date(plan.pk, next_at=next_at, voice=READER, now=now)
    assert (moved.current_period_end_at, moved.status) == (next_at, PlanStatus.ACTIVE)
    days_on(sandbox, 32)
    deliver()
    assert collected() == [1000]
    days_on(sandbox, 9)
    deliver()
    assert collected() == [1000, 1000]
    assert kinds(plan) == ["started", "date"]
    plan.refresh_from_db()
    assert plan.current_period_end_at is not None
    assert plan.current_period_end_at > next_at + 27 * DAY


def test_another_frequency_begins_when_the_paid_period_is_over(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    paid_until = plan.current_period_end_at
    yearly = change_frequency(
        plan.pk, frequency=Frequency.YEARLY, total=10_000, voice=READER, now=now
    )
    assert (yearly.frequency, yearly.total) == (Frequency.YEARLY, 10_000)
    assert yearly.current_period_end_at == paid_until
    deliver()
    assert collected() == [1000]
    days_on(sandbox, 31)
    deliver()
    assert collected() == [1000, 10_000]
    assert kinds(plan) == ["started", "frequency"]
    plan.refresh_from_db()
    assert plan.current_period_end_at is not None
    assert paid_until is not None
    assert plan.current_period_end_at - paid_until > 360 * DAY


def test_a_pause_collects_nothing_and_ends_by_itself(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    resumes_at = (now + 45 * DAY).replace(microsecond=0)
    paused = pause_plan(plan.pk, resumes_at=resumes_at, voice=READER, now=now)
    assert (paused.status, paused.resumes_at) == (PlanStatus.PAUSED, resumes_at)
    days_on(sandbox, 33)
    deliver()
    assert collected() == [1000]
    days_on(sandbox, 31)
    deliver()
    assert collected() == [1000, 1000]
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE
    assert kinds(plan) == ["started", "paused", "resumed"]
    resumed = PlanChange.objects.get(kind=PlanChangeKind.RESUMED)
    assert resumed.actor == PlanActor.STRIPE


def test_a_pause_is_ended_early_or_moved(plan: RecurringPlan, now: datetime) -> None:
    for days in (45, 75):
        pause_plan(plan.pk, resumes_at=now + days * DAY, voice=READER, now=now)
    resumed = resume_plan(plan.pk, voice=READER, now=now)
    assert (resumed.status, resumed.resumes_at) == (PlanStatus.ACTIVE, None)
    assert kinds(plan) == ["started", "paused", "paused", "resumed"]


def test_a_paused_gift_stops_at_once_and_is_paused_again_when_that_is_undone(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    resumes_at = (now + 45 * DAY).replace(microsecond=0)
    pause_plan(plan.pk, resumes_at=resumes_at, voice=READER, now=now)
    stopped = stop_plan(
        plan.pk, cause="test", reason="too_expensive", comment="My rent rose.", now=now
    )
    assert stopped.status == PlanStatus.ENDING
    assert stopped.cancel_at == (now + DAY).replace(microsecond=0)
    told = PlanChange.objects.get(kind=PlanChangeKind.STOPPED)
    assert (told.actor, told.reason, told.comment) == (
        "reader",
        "too_expensive",
        "My rent rose.",
    )
    said = sandbox.object(plan.stripe_id)["cancellation_details"]
    assert (said["feedback"], said["comment"]) == ("too_expensive", "My rent rose.")
    kept = keep_plan(plan.pk, cause="test", now=now)
    assert (kept.status, kept.resumes_at) == (PlanStatus.PAUSED, resumes_at)
    assert kinds(plan) == ["started", "paused", "stopped", "undone"]


def test_a_stop_at_once_ends_after_a_day(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    pause_plan(plan.pk, resumes_at=now + 45 * DAY, voice=READER, now=now)
    stop_plan(plan.pk, cause="test", now=now)
    days_on(sandbox, 1)
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED
    assert kinds(plan) == ["started", "paused", "stopped", "ended"]
    with pytest.raises(InvalidTransition):
        keep_plan(plan.pk, cause="test", now=now)


def test_a_change_that_stripe_did_not_hear_is_made_by_the_sweep(
    plan: RecurringPlan, sandbox: SandboxAccount, now: datetime
) -> None:
    sandbox.fail_next(3, 500, path_contains="POST /v1/subscriptions/")
    with pytest.raises(GatewayUnavailable):
        change_amount(plan.pk, total=1500, voice=READER, now=now)
    with pytest.raises(InvalidTransition):
        change_amount(plan.pk, total=2000, voice=READER, now=now)
    assert finish_commands(now=now + timedelta(minutes=3)) == 1
    plan.refresh_from_db()
    assert plan.total == 1500
    assert list(PlanCommand.objects.values_list("kind", "state")) == [("amount", "done")]


def test_what_the_event_told_first_is_still_the_readers_act(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    """The event is applied before the command's own answer is read."""
    sandbox.fail_next(1, 500, path_contains="GET /v1/subscriptions/")
    change_amount(plan.pk, total=1500, voice=READER, now=now)
    deliver()
    change = PlanChange.objects.get(kind=PlanChangeKind.AMOUNT)
    assert change.actor == PlanActor.READER


def test_what_staff_did_at_stripe_is_recorded_as_stripes(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    set_ending(plan.stripe_id, is_ending=True, idempotency_key="dashboard")
    deliver()
    change = PlanChange.objects.get(kind=PlanChangeKind.STOPPING)
    assert change.actor == PlanActor.STRIPE
    assert "evt_" in change.cause


@pytest.mark.parametrize("status", [PlanStatus.ENDED, PlanStatus.ENDING, PlanStatus.PAST_DUE])
def test_a_gift_that_is_not_collected_takes_no_new_amount(
    plan: RecurringPlan, now: datetime, status: PlanStatus
) -> None:
    RecurringPlan.objects.update(status=status)
    with pytest.raises(InvalidTransition):
        change_amount(plan.pk, total=1500, voice=READER, now=now)
    assert not PlanCommand.objects.exists()


def test_an_event_sent_twice_or_late_changes_nothing(
    plan: RecurringPlan,
    sandbox: SandboxAccount,
    deliver: Deliver,
    now: datetime,
) -> None:
    change_amount(plan.pk, total=1500, voice=READER, now=now)
    pause_plan(plan.pk, resumes_at=now + 45 * DAY, voice=READER, now=now)
    deliver()
    before = kinds(plan)
    for event in sandbox.events("customer.subscription.updated"):
        sandbox.resend(event["id"])
    deliver()
    assert kinds(plan) == before == ["started", "amount", "paused"]
