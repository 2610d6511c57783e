"""What is written about a payment that fails: on days 0, 3, 7 and 14, while it fails, each once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from membership.letters.sending import send_due
from membership.models import Letter, LetterState
from membership.supporters.links import LinkPurpose, read_link
from payments.models import Campaign, Checkout, PaymentAttempt, PlanCommand, RecurringPlan
from payments.plans.actions import record_plan
from tests.membership.failing_gifts import (
    RENEWAL,
    a_running_gift,
    a_try,
    at,
    collected,
    fails,
    subjects,
)
from tests.payments.reports import a_monthly_checkout, record
from tests.payments.snapshots import a_failed_payment, a_subscription, of_invoice

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST = "We could not collect your gift of £5.28"
THIRD = "Your gift of £5.28 is still open"
SEVENTH = "Your support of The Harbour Courier needs a moment of your time"
LAST = "Your support of The Harbour Courier is about to end"
THANKS = "It worked: your support of The Harbour Courier goes on"


def morning(days: int) -> datetime:
    """Ten o'clock on the day so many after the failure, when that day's letter has been due for an hour."""
    return (RENEWAL + days * DAY).replace(hour=10, minute=0)


@pytest.fixture
def gift(campaign: Campaign) -> Checkout:
    return a_running_gift(campaign)


def test_a_card_that_goes_on_failing_is_written_about_on_days_0_3_7_and_14(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift)
    arrived = {day: subjects(RENEWAL if day == 0 else morning(day)) for day in range(20)}
    assert {day: letters for day, letters in arrived.items() if letters} == {
        0: [FIRST],
        3: [THIRD],
        7: [SEVENTH],
        14: [LAST],
    }


def test_a_failure_told_twice_and_out_of_order_brings_no_second_letter(gift: Checkout) -> None:
    with at(RENEWAL + 2 * DAY):
        fails(gift, a_try(gift, 2, days=2), a_try(gift, 1), a_try(gift, 2, days=2), a_try(gift, 1))
    assert Letter.objects.filter(kind="payment_failed").count() == 4
    assert list(PaymentAttempt.objects.order_by("number").values_list("number", flat=True)) == [
        1,
        2,
    ]
    assert len(subjects(RENEWAL + 2 * DAY)) == 1


def test_the_words_are_those_of_the_latest_try(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift, a_try(gift, 1))
    (message,) = _sent(RENEWAL)
    assert "there was not enough money" in message
    assert "We try again on: 22 December 2026" in message
    with at(RENEWAL + 2 * DAY):
        last = a_try(gift, 2, days=2, code="expired_card")
        assert last.invoice is not None
        record(replace(last, invoice=replace(last.invoice, next_attempt_at=None)))
    (message,) = _sent(morning(3))
    assert "The card has expired." in message
    assert "try again on" not in message
    assert "First tried on: 20 December 2026" in message


def test_when_stripe_tries_again_may_be_told_later_than_the_try(gift: Checkout) -> None:
    told = a_try(gift)
    assert told.invoice is not None
    early = replace(told, invoice=replace(told.invoice, next_attempt_at=None))
    with at(RENEWAL):
        fails(gift, early, told)
    attempt = PaymentAttempt.objects.get()
    assert attempt.next_attempt_at == told.invoice.next_attempt_at
    assert attempt.decline_code == "insufficient_funds"


def test_what_is_collected_is_thanked_for_and_written_about_no_more(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift)
    assert subjects(RENEWAL) == [FIRST]
    with at(RENEWAL + 5 * DAY):
        record_plan(_later(a_subscription(gift), 5), cause="test", now=timezone.now())
        record(collected(gift), collected(gift))
    thanks = [subject for subject in subjects(RENEWAL + 5 * DAY) if "receipt" not in subject]
    assert thanks == [THANKS]
    assert [subjects(morning(day)) for day in (7, 14)] == [[], []]
    withheld = Letter.objects.filter(state=LetterState.WITHHELD)
    assert {letter.error for letter in withheld} == {
        "The payment was collected before this letter's day."
    }
    assert withheld.count() == 3


def test_nobody_is_thanked_for_a_failure_that_nobody_was_told_of(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift)
        record(collected(gift))
    assert all("receipt" in subject for subject in subjects(RENEWAL))


def test_after_a_week_without_mail_only_the_latest_letter_goes(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift)
    assert subjects(morning(8)) == [SEVENTH]
    overtaken = Letter.objects.filter(error="A later letter about the payment is due already.")
    assert {letter.context["step"] for letter in overtaken} == {0, 3}


def test_the_end_is_told_with_a_way_to_begin_again(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift)
        send_due(now=RENEWAL)
    over = RENEWAL + 16 * DAY
    with at(over):
        ended = replace(_later(a_subscription(gift, "canceled"), 16), ended_at=over)
        record_plan(ended, cause="test", now=over)
    (message,) = _sent(over)
    assert "has ended; you owe nothing" in message
    plan = RecurringPlan.objects.get()
    assert _opened(message, LinkPurpose.RESTART, over) == plan.reference
    assert not PlanCommand.objects.exists()
    assert Letter.objects.filter(kind="payment_failed", state=LetterState.WITHHELD).count() == 3


def test_the_letters_link_changes_the_card_and_outlives_the_tries(gift: Checkout) -> None:
    with at(RENEWAL):
        fails(gift)
    (message,) = _sent(RENEWAL)
    plan = RecurringPlan.objects.get()
    assert _opened(message, LinkPurpose.UPDATE_CARD, RENEWAL + 59 * DAY) == plan.reference
    assert "/stop/" not in message
    assert "4242" in message
    assert "Visa" not in message


def test_a_first_payment_that_fails_is_told_on_its_page_and_never_by_mail(
    campaign: Campaign,
) -> None:
    with at(RENEWAL):
        checkout = a_monthly_checkout(campaign)
        send_due(now=RENEWAL)
        mail.outbox.clear()
        record(of_invoice(a_failed_payment(checkout, minutes=1), checkout))
    assert PaymentAttempt.objects.count() == 1
    assert subjects(RENEWAL + DAY) == []


def test_a_bank_that_asks_for_the_payer_is_answered_by_a_link_that_only_confirms(
    gift: Checkout,
) -> None:
    waiting = replace(
        a_try(gift),
        status="requires_action",
        charge_id=None,
        failed_at=None,
        decline_code="",
        failure_code="",
    )
    with at(RENEWAL):
        fails(gift, waiting, waiting)
    (message,) = _sent(RENEWAL)
    assert "wants to hear from you that you authorise it" in " ".join(message.split())
    plan = RecurringPlan.objects.get()
    assert _opened(message, LinkPurpose.CONFIRM_PAYMENT, RENEWAL) == plan.reference
    (reminder,) = _sent(morning(3))
    assert _opened(reminder, LinkPurpose.CONFIRM_PAYMENT, RENEWAL) == plan.reference
    with at(RENEWAL + 4 * DAY):
        record(collected(gift))
    assert THANKS in subjects(RENEWAL + 4 * DAY)


def _sent(now: datetime) -> list[str]:
    subjects(now)
    return [str(message.body) for message in mail.outbox]


def _opened(message: str, purpose: LinkPurpose, now: datetime) -> object:
    address = next(word for word in message.split() if f"/{purpose.value}/" in word)
    return read_link(address.rstrip("/").rsplit("/", 1)[-1], purpose, now=now)


def _later(snapshot: object, days: int) -> object:
    """The same plan, asked for so many days after its renewal."""
    return replace(snapshot, read_at=RENEWAL + days * DAY)  # type: ignore[type-var]
