"""A plan is stopped and kept at its supporter's word, once, whatever happens to Stripe in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from payments.errors import (
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.gateway.standing_gifts import end_at_once, set_ending
from payments.gateway.subscriptions import fetch_subscription
from payments.models import (
    Campaign,
    PlanChange,
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    PlanStatus,
    RecurringPlan,
)
from payments.plans.actions import record_plan
from payments.plans.stopping import finish_commands, keep_plan, stop_plan
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=3)
# How often one call is tried before it counts as failed.
TRIES = 3


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    """A monthly gift whose first payment settled."""
    response = post_gift(client, **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    return RecurringPlan.objects.get()


def changes(plan: RecurringPlan) -> list[tuple[object, object]]:
    """The states that a plan went through, as its change rows tell."""
    rows = PlanChange.objects.filter(plan=plan).order_by("id")
    return [(row.before.get("status"), row.after.get("status")) for row in rows]


def commands() -> list[tuple[str, str]]:
    return list(PlanCommand.objects.order_by("id").values_list("kind", "state"))


def fail(plan: RecurringPlan, now: datetime) -> None:
    """Make the plan's latest payment fail, as far as our rows know."""
    snapshot = fetch_subscription(plan.stripe_id)
    record_plan(replace(snapshot, status="past_due"), cause="a renewal", now=now)


def test_a_stopped_plan_runs_to_the_end_of_the_paid_period(
    plan: RecurringPlan, sandbox: SandboxAccount, now: datetime
) -> None:
    stopped = stop_plan(plan.pk, cause="test", now=now)
    assert stopped.status == PlanStatus.ENDING
    assert stopped.cancel_at == stopped.current_period_end_at == plan.current_period_end_at
    assert stopped.cancelled_at is not None
    assert sandbox.object(plan.stripe_id)["cancel_at_period_end"] is True
    assert commands() == [("stop", "done")]


def test_a_change_of_mind_lets_it_go_on(
    plan: RecurringPlan, sandbox: SandboxAccount, now: datetime
) -> None:
    stop_plan(plan.pk, cause="test", now=now)
    kept = keep_plan(plan.pk, cause="test", now=now)
    assert (kept.status, kept.cancel_at, kept.cancelled_at) == (PlanStatus.ACTIVE, None, None)
    assert sandbox.object(plan.stripe_id)["cancel_at_period_end"] is False
    again = stop_plan(plan.pk, cause="test", now=now)
    assert again.status == PlanStatus.ENDING
    assert commands() == [("stop", "done"), ("keep", "done"), ("stop", "done")]


@pytest.mark.parametrize("is_told_first", [True, False])
def test_the_command_and_its_event_write_one_change(
    plan: RecurringPlan,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
    now: datetime,
    is_told_first: bool,
) -> None:
    if is_told_first:
        # The event overtakes the answer: Stripe did it, and only then is our result written.
        set_ending(plan.stripe_id, is_ending=True, idempotency_key="elsewhere")
        PlanCommand.objects.create(plan=plan, kind=PlanCommandKind.STOP, asked_at=now - LATER)
        assert deliver() > 0
        finish_commands(now=now)
    else:
        stop_plan(plan.pk, cause="test", now=now)
        assert deliver() > 0
    assert [event["type"] for event in sandbox.events("customer.subscription.updated")] == [
        "customer.subscription.updated"
    ]
    assert changes(plan) == [(None, "active"), ("active", "ending")]
    assert commands() == [("stop", "done")]


def test_the_change_says_which_command_made_it(plan: RecurringPlan, now: datetime) -> None:
    stop_plan(plan.pk, cause="my support", now=now)
    command = PlanCommand.objects.get()
    assert command.cause == "my support"
    assert PlanChange.objects.latest("id").cause == f"command {command.reference}"


def test_a_plan_that_is_stopped_cannot_be_stopped_again(plan: RecurringPlan, now: datetime) -> None:
    stop_plan(plan.pk, cause="test", now=now)
    with pytest.raises(InvalidTransition):
        stop_plan(plan.pk, cause="test", now=now)
    assert commands() == [("stop", "done")]


def test_only_a_plan_that_is_ending_can_be_kept(plan: RecurringPlan, now: datetime) -> None:
    with pytest.raises(InvalidTransition):
        keep_plan(plan.pk, cause="test", now=now)
    RecurringPlan.objects.update(status=PlanStatus.ENDED)
    for command in (keep_plan, stop_plan):
        with pytest.raises(InvalidTransition):
            command(plan.pk, cause="test", now=now)
    assert commands() == []


def test_an_end_set_for_another_day_is_not_lifted_here(plan: RecurringPlan, now: datetime) -> None:
    RecurringPlan.objects.update(status=PlanStatus.ENDING, cancel_at=now + timedelta(days=90))
    with pytest.raises(InvalidTransition):
        keep_plan(plan.pk, cause="test", now=now)


def test_a_failing_plan_is_stopped_at_once_and_can_be_kept_for_a_day(
    plan: RecurringPlan, sandbox: SandboxAccount, deliver: Callable[[], int], now: datetime
) -> None:
    fail(plan, now)
    stopped = stop_plan(plan.pk, cause="test", now=now)
    assert (stopped.status, stopped.ended_at) == (PlanStatus.ENDING, None)
    shown = sandbox.object(plan.stripe_id)
    assert shown["pause_collection"] == {"behavior": "void", "resumes_at": None}
    assert shown["cancel_at"] == int((now + timedelta(days=1)).timestamp())
    deliver()
    assert commands() == [("stop_now", "done")]
    kept = keep_plan(plan.pk, cause="test", now=now)
    assert (kept.status, kept.cancel_at) == (PlanStatus.ACTIVE, None)
    assert sandbox.object(plan.stripe_id)["pause_collection"] is None


def test_a_paused_plan_can_be_stopped(plan: RecurringPlan, now: datetime) -> None:
    paused = replace(fetch_subscription(plan.stripe_id), is_paused=True)
    record_plan(paused, cause="test", now=now)
    assert stop_plan(plan.pk, cause="test", now=now).status == PlanStatus.ENDING


@pytest.mark.parametrize("status", [500, "timeout"])
def test_a_stop_that_stripe_did_not_answer_is_carried_out_by_the_sweep(
    plan: RecurringPlan,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
    settings: Settings,
    status: int | str,
) -> None:
    now, settings.STRIPE_TIMEOUT = timezone.now(), 1
    sandbox.fail_next(TRIES, status, path_contains="POST /v1/subscriptions/", seconds=2)  # type: ignore[arg-type]
    with pytest.raises(GatewayUnavailable):
        stop_plan(plan.pk, cause="test", now=now)
    assert commands() == [("stop", "asked")]

    assert finish_commands(now=now) == 0
    assert finish_commands(now=now + LATER) == 1
    deliver()

    assert commands() == [("stop", "done")]
    assert changes(plan) == [(None, "active"), ("active", "ending")]
    assert len(sandbox.events("customer.subscription.updated")) == 1


def test_asking_again_while_stripe_is_silent_is_the_same_command(
    plan: RecurringPlan, sandbox: SandboxAccount, now: datetime
) -> None:
    sandbox.fail_next(TRIES, 500, path_contains="POST /v1/subscriptions/")
    with pytest.raises(GatewayUnavailable):
        stop_plan(plan.pk, cause="test", now=now)
    with pytest.raises(InvalidTransition):
        keep_plan(plan.pk, cause="test", now=now)
    stop_plan(plan.pk, cause="test", now=now)
    assert commands() == [("stop", "done")]


def test_a_change_of_mind_settles_a_stop_that_only_its_event_told_of(
    plan: RecurringPlan, now: datetime
) -> None:
    PlanCommand.objects.create(plan=plan, kind=PlanCommandKind.STOP, asked_at=now)
    set_ending(plan.stripe_id, is_ending=True, idempotency_key="the lost answer")
    record_plan(fetch_subscription(plan.stripe_id), cause="evt_1", now=now)
    assert keep_plan(plan.pk, cause="test", now=now).status == PlanStatus.ACTIVE
    assert commands() == [("stop", "done"), ("keep", "done")]
    assert finish_commands(now=now + LATER) == 0


def test_a_key_that_stripe_does_not_know_loses_no_command(
    plan: RecurringPlan, sandbox: SandboxAccount, now: datetime, settings: Settings
) -> None:
    settings.STRIPE_API_KEY = "sk_nonsense"
    with pytest.raises(GatewayUnauthorised):
        stop_plan(plan.pk, cause="test", now=now)
    assert finish_commands(now=now + LATER) == 1
    assert commands() == [("stop", "asked")]
    settings.STRIPE_API_KEY = sandbox.key
    finish_commands(now=now + LATER)
    assert commands() == [("stop", "done")]


def test_what_stripe_refuses_is_left_for_staff(plan: RecurringPlan, now: datetime) -> None:
    stop_plan(plan.pk, cause="test", now=now)
    end_at_once(plan.stripe_id, idempotency_key="elsewhere")
    with pytest.raises(GatewayRefused):
        keep_plan(plan.pk, cause="test", now=now)
    assert commands() == [("stop", "done"), ("keep", "refused")]
    assert finish_commands(now=now + LATER) == 0
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED


def test_what_somebody_did_at_stripe_already_is_not_asked_for_again(
    plan: RecurringPlan, now: datetime
) -> None:
    end_at_once(plan.stripe_id, idempotency_key="elsewhere")
    assert stop_plan(plan.pk, cause="test", now=now).status == PlanStatus.ENDED
    assert commands() == [("stop", "done")]
    assert PlanCommand.objects.get().attempts == 0


def test_one_refusal_stops_no_other_command(plan: RecurringPlan, now: datetime) -> None:
    gone = RecurringPlan.objects.get()
    gone.pk, gone.stripe_id, gone.checkout = None, "sub_unknown", None
    gone.reference = "00000000-0000-4000-8000-000000000001"
    gone.save()
    for each in (gone, plan):
        PlanCommand.objects.create(plan=each, kind=PlanCommandKind.STOP, asked_at=now)
    assert finish_commands(now=now + LATER) == 2
    assert commands() == [("stop", PlanCommandState.REFUSED), ("stop", PlanCommandState.DONE)]
