"""A plan says what Stripe's subscription says, and each change of it is told once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from payments.events import plan_changed
from payments.gateway.snapshots import SubscriptionSnapshot
from payments.models import (
    Campaign,
    Checkout,
    Frequency,
    PlanChange,
    PlanChangeKind,
    PlanStatus,
    RecurringPlan,
)
from payments.plans.actions import record_plan
from payments.plans.transitions import TRANSITIONS, status_of
from tests.factories import CheckoutFactory
from tests.payments.snapshots import NOON, a_subscription

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=3)


@pytest.fixture
def checkout(campaign: Campaign) -> Checkout:
    return CheckoutFactory.create(
        campaign=campaign, amount=500, fee_cover=28, frequency=Frequency.MONTHLY
    )


@pytest.fixture
def told() -> Iterator[list[str]]:
    kinds: list[str] = []

    def listen(change_id: int, **_: object) -> None:
        kinds.append(PlanChange.objects.get(pk=change_id).kind)

    plan_changed.connect(listen)
    yield kinds
    plan_changed.disconnect(listen)


def record(*snapshots: SubscriptionSnapshot) -> RecurringPlan:
    plan = None
    for snapshot in snapshots:
        plan = record_plan(snapshot, cause="test", now=NOON)
    assert plan is not None
    plan.refresh_from_db()
    return plan


def test_a_subscription_becomes_a_plan_of_its_checkout(checkout: Checkout, told: list[str]) -> None:
    plan = record(a_subscription(checkout))
    assert (plan.status, plan.frequency) == (PlanStatus.ACTIVE, Frequency.MONTHLY)
    assert (plan.amount, plan.fee_cover, plan.currency) == (500, 28, "GBP")
    assert (plan.checkout, plan.customer) == (checkout, checkout.customer)
    assert plan.customer.stripe_id == f"cus_{checkout.pk}"
    assert told == ["started"]


def test_what_names_no_checkout_of_ours_is_not_ours(checkout: Checkout) -> None:
    stranger = replace(a_subscription(checkout), metadata={})
    assert record_plan(stranger, cause="test", now=NOON) is None


def test_the_same_report_again_writes_nothing(checkout: Checkout, told: list[str]) -> None:
    record(*[a_subscription(checkout)] * 3)
    assert RecurringPlan.objects.count() == 1
    assert told == ["started"]


def test_a_plan_starts_once_its_first_payment_is_through(
    checkout: Checkout, told: list[str]
) -> None:
    record(a_subscription(checkout, "incomplete"))
    assert told == []
    record(a_subscription(checkout))
    assert told == ["started"]


def test_a_first_payment_that_never_came_ends_a_plan_that_never_started(
    checkout: Checkout, told: list[str]
) -> None:
    record(a_subscription(checkout, "incomplete"), a_subscription(checkout, "incomplete_expired"))
    assert told == ["ended"]


def test_each_change_has_a_row_with_only_what_changed(checkout: Checkout) -> None:
    snapshot = a_subscription(checkout)
    plan = record(snapshot, replace(snapshot, amount=1056, status="past_due"))
    amount, failing = PlanChange.objects.filter(plan=plan).exclude(kind=PlanChangeKind.STARTED)
    assert (amount.kind, failing.kind) == (PlanChangeKind.AMOUNT, PlanChangeKind.PAST_DUE)
    assert amount.before == {"amount": 500, "fee_cover": 28}
    assert amount.after == {"amount": 1000, "fee_cover": 56}
    assert (failing.before, failing.after) == ({"status": "active"}, {"status": "past_due"})
    assert amount.cause == "test"


def test_a_period_that_rolls_over_is_recorded_and_not_told(
    checkout: Checkout, told: list[str]
) -> None:
    snapshot = a_subscription(checkout)
    rolled = replace(snapshot, current_period_end_at=NOON + timedelta(days=61))
    assert record(snapshot, rolled).current_period_end_at == NOON + timedelta(days=61)
    assert told == ["started"]


def test_a_plan_that_ended_stays_ended(checkout: Checkout, told: list[str]) -> None:
    record(a_subscription(checkout), a_subscription(checkout, "canceled"))
    plan = record(a_subscription(checkout), a_subscription(checkout, "past_due"))
    assert (plan.status, plan.ended_at) == (PlanStatus.ENDED, NOON + timedelta(days=1))
    assert told == ["started", "ended"]


def test_a_plan_first_heard_of_at_its_end_is_on_the_books_and_ended(
    checkout: Checkout, told: list[str]
) -> None:
    assert record(a_subscription(checkout, "canceled")).status == PlanStatus.ENDED
    assert told == ["ended"]


def test_reports_in_any_order_lead_to_the_same_row(campaign: Campaign) -> None:
    words = ("incomplete", "active", "past_due", "canceled")
    rows = set()
    for order in permutations(words):
        checkout = CheckoutFactory.create(campaign=campaign, amount=500, fee_cover=28)
        plan = record(*(a_subscription(checkout, word) for word in order))
        rows.add((plan.status, plan.amount, plan.started_at, plan.ended_at))
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PlanStatus.ACTIVE),
        ({"status": "trialing"}, PlanStatus.ACTIVE),
        ({"status": "unpaid"}, PlanStatus.PAST_DUE),
        ({"is_paused": True}, PlanStatus.PAUSED),
        ({"status": "paused"}, PlanStatus.PAUSED),
        ({"cancel_at_period_end": True}, PlanStatus.ENDING),
        ({"cancel_at": LATER}, PlanStatus.ENDING),
        ({"cancel_at": LATER, "is_paused": True}, PlanStatus.ENDING),
        ({"cancel_at": LATER, "status": "past_due"}, PlanStatus.PAST_DUE),
        ({"status": "canceled", "is_paused": True}, PlanStatus.ENDED),
        ({"status": "incomplete", "cancel_at_period_end": True}, PlanStatus.INCOMPLETE),
    ],
)
def test_stripes_words_have_one_state(
    checkout: Checkout, changes: dict[str, object], expected: PlanStatus
) -> None:
    assert status_of(replace(a_subscription(checkout), **changes)) is expected  # type: ignore[arg-type]


def test_a_word_that_stripe_never_used_is_loud(checkout: Checkout) -> None:
    with pytest.raises(KeyError, match="hibernating"):
        record(a_subscription(checkout, "hibernating"))


def test_every_state_has_its_transitions_and_the_end_has_none() -> None:
    assert set(TRANSITIONS) == set(PlanStatus)
    assert TRANSITIONS[PlanStatus.ENDED] == set()
    assert all(PlanStatus.INCOMPLETE not in after for after in TRANSITIONS.values())


def test_an_older_answer_that_is_written_last_changes_nothing(
    checkout: Checkout, told: list[str]
) -> None:
    active = a_subscription(checkout)
    overtaken = replace(active, status="past_due", read_at=NOON + timedelta(seconds=1))
    latest = replace(active, amount=999, read_at=NOON + timedelta(seconds=2))

    plan = record(active, latest, overtaken)

    assert (plan.status, plan.amount + plan.fee_cover) == (PlanStatus.ACTIVE, 999)
    assert told == ["started", "amount"]


def test_an_answer_that_says_nothing_new_still_outdates_the_ones_before_it(
    checkout: Checkout,
) -> None:
    active = a_subscription(checkout)
    overtaken = replace(active, status="past_due", read_at=NOON + timedelta(seconds=1))
    recovered = replace(active, read_at=NOON + timedelta(seconds=2))

    assert record(active, recovered, overtaken).status == PlanStatus.ACTIVE
