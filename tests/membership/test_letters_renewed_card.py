"""A card network renews the card of a standing gift: both books follow, no letter goes, its notice moves."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client

from membership.letters.notices import add_months
from membership.letters.reminding import write_due_notices
from membership.models import Letter, NoticeClock
from payments.models import (
    Campaign,
    Customer,
    EventState,
    Payment,
    PaymentStatus,
    PlanChange,
    RecurringPlan,
    WebhookEvent,
)
from tests.life import LifeClock
from tests.membership.monthly_gift import MINE, begin_gift, words
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

Deliver = Callable[[], int]
NEW_CARD = "5555555555554444"
UPDATED = "payment_method.automatically_updated"


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


def books(plan: RecurringPlan) -> list[tuple[str, str, date | None]]:
    """What is kept of the card, of the plan and of its payer."""
    plan.refresh_from_db()
    customer = Customer.objects.get(pk=plan.customer_id)
    return [(row.card_brand, row.card_last4, row.card_expires_on) for row in (plan, customer)]


def test_a_renewed_card_is_followed_in_silence_and_collects_the_next_payment(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    letters, changes = Letter.objects.count(), PlanChange.objects.count()
    assert [last4 for _, last4, _ in books(plan)] == ["4242", "4242"]

    sandbox.update_card(plan.payment_method_id, number=NEW_CARD, exp_month=3, exp_year=2038)
    deliver()

    assert WebhookEvent.objects.get(type=UPDATED).state == EventState.PROCESSED
    assert books(plan) == [("mastercard", "4444", date(2038, 3, 31))] * 2
    assert (Letter.objects.count(), PlanChange.objects.count()) == (letters, changes)
    assert mail.outbox == []
    assert "Mastercard ending in 4444" in words(client.get(MINE))

    clock.advance(days=31, hours=2)
    deliver()
    renewal = Payment.objects.latest("id")
    assert (renewal.status, renewal.card_last4) == (PaymentStatus.SUCCEEDED, "4444")


def test_the_notice_of_a_card_that_ends_moves_with_its_new_date(
    plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    soon, later = months_on(datetime.now(UTC), 3), months_on(datetime.now(UTC), 5)
    for month in (soon, later):
        sandbox.update_card(plan.payment_method_id, exp_month=month.month, exp_year=month.year)
        deliver()
        write_due_notices(limit=9, now=datetime.now(UTC))
        notice = NoticeClock.objects.get(plan=plan).due_at
        assert notice is not None
        (_, _, expires_on), _ = books(plan)
        assert expires_on == month
        assert notice.date() == month - timedelta(days=30)
    assert not Letter.objects.filter(kind="card_expiring").exists()

    clock.advance_to(notice - timedelta(hours=1))
    write_due_notices(limit=9, now=datetime.now(UTC))
    assert not Letter.objects.filter(kind="card_expiring").exists()
    clock.advance(hours=2)
    write_due_notices(limit=9, now=datetime.now(UTC))
    letter = Letter.objects.get(kind="card_expiring")
    assert str(later.year) in letter.context["expires_on"]


def test_a_card_renewed_after_its_notice_is_told_of_again_only_before_its_new_end(
    plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    first = months_on(datetime.now(UTC), 2)
    sandbox.update_card(plan.payment_method_id, exp_month=first.month, exp_year=first.year)
    deliver()
    clock.advance_to(datetime.combine(first, time(12), UTC) - timedelta(days=29))
    deliver()
    write_due_notices(limit=9, now=datetime.now(UTC))
    assert Letter.objects.filter(kind="card_expiring").count() == 1

    sandbox.update_card(plan.payment_method_id, exp_month=first.month, exp_year=first.year + 3)
    deliver()
    write_due_notices(limit=9, now=datetime.now(UTC))
    assert Letter.objects.filter(kind="card_expiring").count() == 1
    assert books(plan)[0][2].year == first.year + 3  # type: ignore[union-attr]


def months_on(now: datetime, months: int) -> date:
    """The last day of a month some months on: a card ends with its month."""
    return add_months(now.replace(day=1), months + 1, day=1).date() - timedelta(days=1)
