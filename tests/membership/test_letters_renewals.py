"""Renewals at the local Stripe peer that fail, wait for the payer, heal or end, and what is written about them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from membership.letters.tasks import send_due_letters, write_due_notices
from membership.models import Letter, Supporter, SupporterState
from payments.models import (
    AttemptOutcome,
    Campaign,
    Customer,
    Frequency,
    Payment,
    PaymentAttempt,
    PaymentStatus,
    RecurringPlan,
)
from tests.life import LifeClock
from tests.payments.stories import give, open_page
from tests.sandbox.client import Declined, SandboxAccount

pytestmark = pytest.mark.django_db

Live = Callable[[int], list[str]]
ALWAYS_ASKS, KEPT_THEN_DECLINED = "4000002760003184", "4000000000000341"


@pytest.fixture
def live(
    clock: LifeClock,
    deliver: Callable[[], int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Live:
    """Live for some days, each with the sweeps of its morning; returns the kinds of letter that left, in order."""

    def run(days: int) -> list[str]:
        began = datetime.now(UTC)
        for _ in range(max(days, 1)):
            if days:
                clock.advance(days=1)
            deliver()
            with django_capture_on_commit_callbacks(execute=True):
                write_due_notices()
                send_due_letters()
        sent = Letter.objects.filter(sent_at__gte=began).order_by("sent_at", "id")
        return list(sent.values_list("kind", flat=True))

    return run


def stripe_of(sandbox: SandboxAccount) -> stripe.StripeClient:
    return stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})


def keep_a_card_that_fails(sandbox: SandboxAccount) -> None:
    """Let the next renewals be collected from a card that is kept and then declines."""
    client, plan = stripe_of(sandbox), RecurringPlan.objects.get()
    customer = str(Customer.objects.get(pk=plan.customer_id).stripe_id)
    portal = client.v1.billing_portal.sessions.create(
        {"customer": customer, "return_url": "https://testserver/"}
    )
    sandbox.change_card(portal.url, KEPT_THEN_DECLINED)
    kept = client.v1.customers.retrieve(customer).invoice_settings
    method = str(kept.default_payment_method if kept else "")
    client.v1.subscriptions.update(plan.stripe_id, {"default_payment_method": method})


def invoice_of(sandbox: SandboxAccount) -> str:
    plan = RecurringPlan.objects.get()
    (invoice,) = (
        stripe_of(sandbox).v1.invoices.list({"subscription": plan.stripe_id, "status": "open"}).data
    )
    return str(invoice.id)


@pytest.fixture
def monthly(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, deliver: Callable[[], int]
) -> None:
    """A monthly gift that has been collected once."""
    now = datetime.now(UTC)
    clock.advance_to(now.replace(hour=12, minute=0, second=0) + timedelta(days=1))
    give(campaign, sandbox, frequency=Frequency.MONTHLY)
    deliver()


def test_a_card_that_fails_and_is_changed_heals_the_gift(
    monthly: None, sandbox: SandboxAccount, live: Live
) -> None:
    keep_a_card_that_fails(sandbox)
    assert live(0) == ["card_changed"]
    live(27)
    kinds = live(5)
    assert kinds.count("payment_failed") == 1
    supporter = Supporter.objects.get()
    assert supporter.state == SupporterState.PAYMENT_FAILING
    numbers = list(PaymentAttempt.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert {attempt.decline_code for attempt in PaymentAttempt.objects.all()} == {"generic_decline"}
    assert all(attempt.next_attempt_at for attempt in PaymentAttempt.objects.all())

    mail.outbox.clear()
    sandbox.pay_invoice(invoice_of(sandbox))
    assert sorted(live(0)) == ["card_changed", "receipt", "recovered"]
    supporter.refresh_from_db()
    assert supporter.state == SupporterState.RECURRING
    assert "payment_failed" not in live(20)


def test_the_letters_own_link_changes_the_card_and_collects_what_is_open(
    monthly: None, sandbox: SandboxAccount, live: Live, client: Client
) -> None:
    keep_a_card_that_fails(sandbox)
    live(0)
    live(32)
    (told,) = [each for each in mail.outbox if "could not collect" in str(each.subject)]
    address = next(word for word in str(told.body).split() if "/update-card/" in word)
    path = "/" + address.split("/", 3)[3]
    assert client.get(path).status_code == 200
    assert Payment.objects.filter(status=PaymentStatus.FAILED).exists()
    hosted = client.post(path)
    assert hosted.status_code in (302, 303)
    client.get(sandbox.change_card(hosted["Location"]), follow=True)
    kinds = live(0)
    assert "recovered" in kinds
    assert "receipt" in kinds
    assert Supporter.objects.get().state == SupporterState.RECURRING


def test_a_card_that_fails_to_the_end_is_written_about_four_times_and_once_more(
    monthly: None, sandbox: SandboxAccount, live: Live
) -> None:
    keep_a_card_that_fails(sandbox)
    live(0)
    kinds = live(70)
    tried = PaymentAttempt.objects.count()
    assert tried > 1
    assert kinds[-1] == "ended"
    assert set(kinds[:-1]) == {"payment_failed"}
    assert Supporter.objects.get().state == SupporterState.LAPSED
    assert "restart/" in str(mail.outbox[-1].body)


def test_a_bank_that_asks_at_a_renewal_is_answered_from_the_letter(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, live: Live
) -> None:
    page = open_page(campaign, frequency=Frequency.MONTHLY)
    sandbox.pay(page.url, ALWAYS_ASKS)
    live(0)
    assert "confirm_payment" in live(33)
    attempts = PaymentAttempt.objects.filter(outcome=AttemptOutcome.ACTION_REQUIRED)
    assert {attempt.stripe_charge_id for attempt in attempts} == {None}
    assert Letter.objects.filter(kind="confirm_payment").count() == 1
    assert Supporter.objects.get().state == SupporterState.PAYMENT_FAILING
    sandbox.authenticate_invoice(invoice_of(sandbox))
    assert sorted(live(0)) == ["receipt", "recovered"]
    assert Supporter.objects.get().state == SupporterState.RECURRING


def test_a_first_payment_that_is_declined_brings_no_mail(
    campaign: Campaign, sandbox: SandboxAccount, live: Live
) -> None:
    page = open_page(campaign, frequency=Frequency.MONTHLY)
    with pytest.raises(Declined):
        sandbox.pay(page.url, "4000000000009995")
    assert live(0) == []
    assert live(2) == []


def test_a_bank_debit_is_confirmed_when_ordered_and_receipted_when_it_arrived(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, live: Live
) -> None:
    page = open_page(campaign, currency="EUR")
    sandbox.pay(page.url, method="sepa_debit")
    assert live(0) == ["debit_received"]
    assert "SEPA Direct Debit" in str(mail.outbox[-1].body)
    assert live(10) == ["receipt"]


def test_a_bank_debit_that_does_not_arrive_is_told_of_once(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, live: Live
) -> None:
    page = open_page(campaign, currency="EUR")
    sandbox.pay(page.url, method="sepa_debit", iban="DE62370400440532013001")
    assert live(0) == ["debit_received"]
    assert live(10) == ["debit_failed"]
    assert Payment.objects.get().status == PaymentStatus.FAILED
