"""A new card is saved on the hosted page, collects from then on, and pays at once what is open."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from membership.supporters.links import LinkPurpose, make_link
from payments.models import (
    Campaign,
    CardSession,
    CardSessionState,
    Payment,
    PaymentStatus,
    PlanChange,
    PlanStatus,
    Receipt,
    RecurringPlan,
)
from payments.plans.cards import finish_card_changes
from tests.life import LifeClock
from tests.membership.monthly_gift import (
    ASKING_CARD,
    MINE,
    begin_gift,
    change_card,
    path,
    words,
)
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

Deliver = Callable[[], int]
OTHER_CARD = "5555555555554444"


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


def failing(
    plan: RecurringPlan,
    client: Client,
    sandbox: SandboxAccount,
    clock: LifeClock,
    deliver: Deliver,
) -> RecurringPlan:
    """Let the gift's next payment fail."""
    change_card(client, sandbox, path(plan, "card"), ASKING_CARD)
    deliver()
    clock.advance(days=31, hours=2)
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PAST_DUE
    return plan


def kinds(plan: RecurringPlan) -> list[str]:
    return list(PlanChange.objects.filter(plan=plan).order_by("id").values_list("kind", flat=True))


def test_a_new_card_collects_from_the_next_time_on(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    assert "Nothing is charged today." in words(client.get(path(plan, "card")))
    page = change_card(client, sandbox, path(plan, "card"), OTHER_CARD)
    assert "Your card is changed." in page
    assert "Mastercard ending in 4444" in page
    assert Payment.objects.count() == 1
    deliver()
    clock.advance(days=31, hours=2)
    deliver()
    renewal = Payment.objects.latest("id")
    assert (renewal.status, renewal.card_last4) == (PaymentStatus.SUCCEEDED, "4444")
    assert kinds(plan) == ["started", "card", "renewed"]


def test_a_new_card_pays_what_is_open_at_once(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    failing(plan, client, sandbox, clock, deliver)
    assert "is collected with it at once" in words(client.get(path(plan, "card")))
    page = change_card(client, sandbox, path(plan, "card"), OTHER_CARD)
    assert "Your card is changed, and the payment that was open is collected." in page
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE
    assert [payment.status for payment in Payment.objects.order_by("id")] == ["succeeded"] * 2
    assert Receipt.objects.count() == 2
    told = kinds(plan)
    assert told[:3] == ["started", "card", "past_due"]
    assert sorted(told[3:]) == ["card", "recovered", "renewed"]


def test_a_card_that_cannot_pay_what_is_open_is_said_so(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    failing(plan, client, sandbox, clock, deliver)
    page = change_card(client, sandbox, path(plan, "card"), ASKING_CARD)
    assert "your bank did not let us collect" in page
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PAST_DUE


def test_from_a_letter_the_card_is_changed_without_signing_in(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    failing(plan, client, sandbox, clock, deliver)
    reader = Client()
    link = make_link(
        LinkPurpose.UPDATE_CARD,
        plan.reference,
        valid_for=timedelta(days=30),
        now=timezone.now(),
    ).removeprefix("http://testserver")
    page = words(reader.get(link))
    assert "Ending in 3184" in page
    assert "reader@example.org" not in page
    assert CardSession.objects.count() == 1
    declined = change_card(reader, sandbox, link, ASKING_CARD)
    assert "your bank did not let us collect" in declined
    assert "Enter a new card" in declined
    mended = change_card(reader, sandbox, link, OTHER_CARD)
    assert "the payment that was open is collected" in mended
    assert "The next payment is collected on" in mended
    assert "Enter a new card" not in mended
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE


def test_a_reader_who_never_came_back_from_the_page_has_the_new_card_all_the_same(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    hosted = client.post(path(plan, "card"))["Location"]
    sandbox.change_card(hosted, OTHER_CARD)
    deliver()
    assert CardSession.objects.get().state == CardSessionState.SAVED
    assert finish_card_changes(now=timezone.now()) == 1
    plan.refresh_from_db()
    assert plan.card_last4 == "4444"
    assert finish_card_changes(now=timezone.now()) == 0


def test_another_browser_cannot_take_up_the_page(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount
) -> None:
    client.post(path(plan, "card"))
    session = CardSession.objects.get()
    assert Client().get(f"/support/cards/{session.reference}/").status_code == 404


def test_leaving_the_page_without_a_card_changes_nothing(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount
) -> None:
    client.post(path(plan, "card"))
    session = CardSession.objects.get()
    page = words(client.get(f"/support/cards/{session.reference}/", follow=True))
    assert "Visa ending in 4242" in page
    assert "Your card is changed." not in page


def test_a_stopped_gift_that_was_failing_is_forgiven_and_never_tried_again(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    failing(plan, client, sandbox, clock, deliver)
    client.post(path(plan, "stop"))
    page = words(client.get(MINE))
    assert "Stopped: nothing more is collected" in page
    deliver()
    clock.advance(days=2)
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED
    assert not Payment.objects.exclude(donation__sequence=1).filter(status="succeeded").exists()
    assert kinds(plan)[-2:] == ["stopped", "ended"]


def test_a_payment_that_the_bank_asks_about_is_confirmed_from_the_letter(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, clock: LifeClock, deliver: Deliver
) -> None:
    failing(plan, client, sandbox, clock, deliver)
    link = make_link(
        LinkPurpose.CONFIRM_PAYMENT,
        plan.reference,
        valid_for=timedelta(days=30),
        now=timezone.now(),
    ).removeprefix("http://testserver")
    reader = Client()
    assert "Confirm your payment" in words(reader.get(link))
    hosted = reader.post(link)["Location"]
    assert "/invoice/" in hosted
    sandbox.pay_invoice(hosted, OTHER_CARD)
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE
    assert "nothing left to confirm" in words(reader.post(link, follow=True))
