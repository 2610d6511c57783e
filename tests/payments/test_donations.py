"""Payments are recorded once, in any order, and never go backwards once they settled."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from payments.donations.actions import record_payment
from payments.donations.queries import payment_of_checkout
from payments.donations.transitions import REFUND_TRANSITIONS, TRANSITIONS, settled_status
from payments.errors import PlanUnknown
from payments.models import (
    Campaign,
    Checkout,
    Donation,
    Frequency,
    Payment,
    PaymentStatus,
    RefundStatus,
)
from tests.factories import CheckoutFactory
from tests.payments.reports import a_checkout, a_monthly_checkout, hearing, record
from tests.payments.snapshots import NOON, a_failed_payment, a_payment, of_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[str]]:
    with hearing() as names:
        yield names


@pytest.fixture
def checkout(campaign: Campaign) -> Checkout:
    return a_checkout(campaign)


@pytest.fixture
def monthly(campaign: Campaign) -> Checkout:
    return a_monthly_checkout(campaign)


def test_a_settled_payment_becomes_a_gift_of_its_checkout(
    checkout: Checkout, heard: list[str]
) -> None:
    payment = record(a_payment(checkout))
    assert (payment.status, payment.amount, payment.currency) == ("succeeded", 1035, "GBP")
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    gift = payment.donation
    assert (gift.amount, gift.fee_cover, gift.frequency) == (1000, 35, Frequency.ONCE)
    assert (gift.checkout, gift.campaign, gift.fund) == (
        checkout,
        checkout.campaign,
        checkout.campaign.fund,
    )
    assert heard == ["succeeded"]


def test_the_same_report_again_changes_and_announces_nothing(
    checkout: Checkout, heard: list[str]
) -> None:
    record(*[a_payment(checkout)] * 3)
    assert Payment.objects.count() == Donation.objects.count() == 1
    assert heard == ["succeeded"]


def test_what_names_no_checkout_of_ours_is_not_ours(checkout: Checkout) -> None:
    for metadata in ({}, {"checkout": "order-17"}, {"checkout": str(uuid.uuid4())}):
        snapshot = replace(a_payment(checkout), metadata=metadata)
        assert record_payment(snapshot, cause="test", now=NOON) is None
    assert not Payment.objects.exists()


def test_each_failed_attempt_is_announced_once_and_the_same_intent_may_succeed(
    checkout: Checkout, heard: list[str]
) -> None:
    first, second = a_failed_payment(checkout, minutes=1), a_failed_payment(checkout, minutes=9)
    failed = record(first, first, second, second, first)
    assert (failed.status, failed.decline_code) == ("failed", "insufficient_funds")
    assert failed.first_failed_at == NOON + timedelta(minutes=1)
    assert failed.failed_at == NOON + timedelta(minutes=9)
    assert heard == ["failed", "failed"]
    assert record(a_payment(checkout)).status == PaymentStatus.SUCCEEDED
    assert heard == ["failed", "failed", "succeeded"]


def test_an_attempt_that_failed_before_its_charge_counts_once(
    checkout: Checkout, heard: list[str]
) -> None:
    snapshot = replace(
        a_payment(checkout, status="requires_payment_method"),
        failure_code="payment_intent_authentication_failure",
    )
    failed = record(snapshot, snapshot)
    assert (failed.status, failed.failed_at) == ("failed", NOON)
    assert heard == ["failed"]


def test_a_late_report_of_failure_never_turns_a_settled_payment_back(
    checkout: Checkout, heard: list[str]
) -> None:
    payment = record(
        a_payment(checkout),
        a_failed_payment(checkout, minutes=0),
        a_payment(checkout, status="processing"),
        a_payment(checkout, status="canceled"),
    )
    assert (payment.status, payment.stripe_charge_id) == ("succeeded", "ch_1")
    assert heard == ["succeeded"]


def test_a_surprising_state_is_recorded_and_logged(
    checkout: Checkout, caplog: pytest.LogCaptureFixture
) -> None:
    payment = record(a_payment(checkout, status="canceled"), a_payment(checkout))
    assert payment.status == PaymentStatus.SUCCEEDED
    assert f"Payment {payment.reference} goes from canceled to succeeded" in caplog.text


def test_a_debit_under_way_is_no_gift_yet(checkout: Checkout, heard: list[str]) -> None:
    payment = record(a_payment(checkout, status="processing"))
    assert (payment.status, payment.succeeded_at) == ("processing", None)
    assert heard == []
    assert payment_of_checkout(checkout.pk) == payment


def test_what_the_payer_typed_stays_and_what_was_left_out_is_filled(checkout: Checkout) -> None:
    checkout.customer.name = "As Typed"
    checkout.customer.save()
    record(a_payment(checkout))
    customer = checkout.customer
    typed = customer.email
    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("As Typed", typed)
    assert (customer.country, customer.stripe_id) == ("GB", f"cus_{checkout.pk}")
    assert (customer.card_brand, customer.card_last4) == ("visa", "4242")


def test_an_older_payment_that_arrives_late_does_not_bring_the_old_card_back(
    monthly: Checkout,
) -> None:
    renewal = of_invoice(a_payment(monthly, 2), monthly, month=1)
    new_card = replace(renewal.method, card_brand="mastercard", card_last4="4444")
    record(replace(renewal, method=new_card), of_invoice(a_payment(monthly, 1), monthly))
    monthly.customer.refresh_from_db()
    assert monthly.customer.card_last4 == "4444"


def test_the_first_invoice_belongs_to_the_checkout_and_later_ones_to_the_plan(
    monthly: Checkout,
) -> None:
    for month in (0, 1):
        record(of_invoice(a_payment(monthly, month), monthly, month))
    first, second = Donation.objects.order_by("sequence")
    assert (first.checkout, second.checkout) == (monthly, None)
    assert first.plan == second.plan == monthly.plan
    assert (second.sequence, second.frequency) == (2, Frequency.MONTHLY)
    assert (second.amount, second.fee_cover) == (500, 28)


def test_collections_are_numbered_in_the_order_of_their_invoices(monthly: Checkout) -> None:
    for month in (2, 0, 3, 1):
        record(of_invoice(a_payment(monthly, month), monthly, month))
    numbered = Donation.objects.order_by("created_at").values_list("sequence", flat=True)
    assert list(numbered) == [1, 2, 3, 4]


def test_a_second_intent_for_one_invoice_pays_the_same_donation(monthly: Checkout) -> None:
    record(of_invoice(a_failed_payment(monthly, number=1, minutes=1), monthly, month=1))
    record(of_invoice(a_payment(monthly, 2), monthly, month=1))
    assert Donation.objects.get().payments.count() == 2


def test_an_invoice_of_an_unknown_plan_asks_for_the_plan_first(campaign: Campaign) -> None:
    checkout = CheckoutFactory.create(campaign=campaign, frequency=Frequency.MONTHLY)
    with pytest.raises(PlanUnknown):
        record(of_invoice(a_payment(checkout), checkout))
    assert not Donation.objects.exists()


def test_every_state_has_its_transitions_and_settled_never_leads_back() -> None:
    assert set(TRANSITIONS) == set(PaymentStatus)
    assert set(REFUND_TRANSITIONS) == set(RefundStatus)
    for settled in Payment.SETTLED:
        assert TRANSITIONS[settled] <= set(Payment.SETTLED)
    assert settled_status(100, 0) == PaymentStatus.SUCCEEDED
    assert settled_status(100, 1) == PaymentStatus.PARTIALLY_REFUNDED
    assert settled_status(100, 100) == PaymentStatus.REFUNDED
