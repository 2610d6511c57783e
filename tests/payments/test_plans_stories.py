"""Half a year of a monthly gift comes out the same however its events arrive: twice, shuffled, or not at all."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client, TestCase
from django.utils import timezone

from membership.models import Letter
from payments.models import (
    Campaign,
    Donation,
    LedgerPosting,
    Payment,
    PlanActor,
    PlanChange,
    PlanStatus,
    Receipt,
    RecurringPlan,
)
from payments.webhooks.tasks import drain_webhook_events, fetch_undelivered_events
from tests.life import LifeClock
from tests.membership.donation_page import other, post_gift
from tests.membership.monthly_gift import ASKING_CARD, begin_gift, change_card, path
from tests.sandbox.client import Delivery, SandboxAccount

pytestmark = pytest.mark.django_db

Deliver = Callable[[], int]
Post = Callable[[Delivery], int]


@pytest.fixture
def clock(sandbox: SandboxAccount) -> Iterator[LifeClock]:
    clock = LifeClock(sandbox)
    yield clock
    clock.stop()


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, clock: LifeClock, sandbox: SandboxAccount, deliver: Deliver
) -> RecurringPlan:
    return begin_gift(client, sandbox, deliver)


def books(plan: RecurringPlan) -> dict[str, object]:
    """What the rows say in the end, whatever way led there."""
    plan.refresh_from_db()
    return {
        "status": plan.status,
        "sequences": list(Donation.objects.order_by("sequence").values_list("sequence", flat=True)),
        "payments": sorted(Payment.objects.values_list("status", "amount")),
        "receipts": Receipt.objects.count(),
        # Stripe's daily payouts are on the books as well, when their events come.
        "postings": LedgerPosting.objects.filter(
            balance_transaction__payment__isnull=False
        ).count(),
        "changes": sorted(PlanChange.objects.values_list("kind", flat=True)),
        "receipt letters": Letter.objects.filter(kind="receipt").count(),
    }


def renewed(months: int) -> dict[str, object]:
    """The books of a gift that was collected at its beginning and in so many months after it."""
    times = months + 1
    return {
        "status": PlanStatus.ACTIVE,
        "sequences": list(range(1, times + 1)),
        "payments": [("succeeded", 1000)] * times,
        "receipts": times,
        "postings": times,
        "changes": ["renewed"] * months + ["started"],
        "receipt letters": times,
    }


def a_month(sandbox: SandboxAccount, clock: LifeClock) -> list[Delivery]:
    clock.advance(days=31, hours=2)
    return sandbox.take_deliveries()


def test_each_renewal_is_its_own_payment_with_receipt_and_ledger(
    plan: RecurringPlan, clock: LifeClock, deliver: Deliver
) -> None:
    for _ in range(6):
        clock.advance(days=31, hours=2)
        deliver()
    assert books(plan) == renewed(6)
    assert set(PlanChange.objects.values_list("actor", flat=True)) == {PlanActor.STRIPE}


@pytest.mark.parametrize("order", ["as sent", "backwards", "each twice"])
def test_the_order_and_number_of_events_change_nothing(
    plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, post_delivery: Post, order: str
) -> None:
    for _ in range(2):
        events = a_month(sandbox, clock)
        events = {
            "as sent": events,
            "backwards": events[::-1],
            "each twice": [event for event in events for _ in range(2)],
        }[order]
        with TestCase.captureOnCommitCallbacks(execute=True):
            for event in events:
                assert post_delivery(event) == 200
                # One by one, so that no batch puts them back in order.
                drain_webhook_events()
    assert books(plan) == renewed(2)


def test_events_that_never_came_are_fetched_by_the_sweep(
    plan: RecurringPlan,
    sandbox: SandboxAccount,
    clock: LifeClock,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    assert a_month(sandbox, clock)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        fetch_undelivered_events()
        drain_webhook_events()
    assert books(plan) == renewed(1)


def test_money_recovered_after_a_failure_is_booked_once(
    client: Client,
    plan: RecurringPlan,
    sandbox: SandboxAccount,
    clock: LifeClock,
    deliver: Deliver,
) -> None:
    change_card(client, sandbox, path(plan, "card"), ASKING_CARD)
    deliver()
    clock.advance(days=31, hours=2)
    deliver()
    assert books(plan)["status"] == PlanStatus.PAST_DUE
    change_card(client, sandbox, path(plan, "card"), "4242424242424242")
    deliver()
    for event in sandbox.events("invoice.paid"):
        sandbox.resend(event["id"])
    deliver()
    found = books(plan)
    assert (found["status"], found["receipts"]) == (PlanStatus.ACTIVE, 2)
    assert found["payments"] == [("succeeded", 1000)] * 2
    assert found["changes"] == ["card", "card", "past_due", "recovered", "renewed", "started"]


def test_a_gift_that_fails_to_the_end_is_begun_again_three_months_later(
    client: Client,
    plan: RecurringPlan,
    sandbox: SandboxAccount,
    clock: LifeClock,
    deliver: Deliver,
) -> None:
    change_card(client, sandbox, path(plan, "card"), ASKING_CARD)
    deliver()
    for _ in range(9):
        clock.advance(days=7)
        deliver()
    plan.refresh_from_db()
    assert (plan.status, plan.end_reason) == (PlanStatus.ENDED, "payment_failed")
    ended = PlanChange.objects.get(plan=plan, kind="ended")
    assert (ended.actor, ended.reason) == (PlanActor.STRIPE, "payment_failed")
    clock.advance(days=90)
    begin_again(client, sandbox, deliver)
    restarted = PlanChange.objects.get(plan=plan, kind="restarted")
    successor = RecurringPlan.objects.latest("id")
    assert restarted.cause == f"plan {successor}"
    assert successor.status == PlanStatus.ACTIVE
    assert timezone.now() - ended.made_at > timedelta(days=85)


def begin_again(client: Client, sandbox: SandboxAccount, deliver: Deliver) -> None:
    """Give monthly once more, signed in as before."""
    response = post_gift(client, **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
