"""The sweep of notices: only gifts whose hour has come, each notice once, whoever sweeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from membership.letters.reminding import look_again, write_due_notices
from membership.models import Letter, NoticeClock
from payments.models import PlanStatus, RecurringPlan
from tests.factories import CheckoutFactory

BEGAN = datetime(2027, 1, 15, 12, tzinfo=UTC)
# The sixth payment is on 15 July: its reminder is due three weeks before.
DUE = datetime(2027, 6, 24, 9, tzinfo=UTC)


def a_plan(number: int = 1, **fields: object) -> RecurringPlan:
    checkout = CheckoutFactory.create(frequency="monthly")
    plan = RecurringPlan.objects.create(
        entity=checkout.campaign.entity,
        campaign=checkout.campaign,
        customer=checkout.customer,
        checkout=checkout,
        stripe_id=f"sub_sweep_{number}",
        status=PlanStatus.ACTIVE,
        frequency="monthly",
        currency="GBP",
        amount=1000,
        started_at=BEGAN,
        current_period_end_at=datetime(2027, 7, 15, 12, tzinfo=UTC),
    )
    RecurringPlan.objects.filter(pk=plan.pk).update(**fields)
    look_again(plan.pk, now=BEGAN)
    return plan


@pytest.mark.django_db
def test_a_notice_is_written_in_its_hour_and_once() -> None:
    plan = a_plan()
    write_due_notices(limit=9, now=BEGAN)
    assert write_due_notices(limit=9, now=DUE - timedelta(hours=2)) == 0
    assert write_due_notices(limit=9, now=DUE) == 1
    letter = Letter.objects.get()
    assert letter.kind == "six_month_reminder"
    assert letter.context["next_on"] == "15 July 2027"
    assert write_due_notices(limit=9, now=DUE) == 0
    look_again(plan.pk, now=DUE)
    assert write_due_notices(limit=9, now=DUE) == 1
    assert Letter.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["past_due", "ending", "ended", "incomplete"])
def test_a_gift_that_collects_nothing_more_is_left_in_peace(status: str) -> None:
    a_plan(status=status)
    write_due_notices(limit=9, now=DUE)
    assert not Letter.objects.exists()
    assert NoticeClock.objects.get().due_at is None


@pytest.mark.django_db
def test_a_pause_is_over_before_a_payment_is_announced() -> None:
    a_plan(status="paused", resumes_at=datetime(2027, 9, 1, tzinfo=UTC))
    write_due_notices(limit=9, now=DUE)
    assert not Letter.objects.exists()
    write_due_notices(limit=9, now=datetime(2027, 8, 25, 9, tzinfo=UTC))
    assert Letter.objects.get().context["next_on"] == "15 September 2027"


@pytest.mark.django_db
def test_a_sweep_touches_no_gift_that_is_not_due() -> None:
    for number in range(5):
        a_plan(number)
    write_due_notices(limit=9, now=BEGAN)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert write_due_notices(limit=9, now=BEGAN + timedelta(days=30)) == 0
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_sweep_takes_a_bounded_number_and_the_next_one_the_rest() -> None:
    for number in range(5):
        a_plan(number)
    assert [write_due_notices(limit=2, now=DUE) for _ in range(4)] == [2, 2, 1, 0]
    assert Letter.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_each_notice_once() -> None:
    for number in range(4):
        a_plan(number)
    barrier = Barrier(2)

    def sweep(_: int) -> int:
        barrier.wait()
        try:
            return write_due_notices(limit=9, now=DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sweep, range(2)))
    assert Letter.objects.count() == 4
    assert not NoticeClock.objects.filter(due_at__lte=DUE).exists()
