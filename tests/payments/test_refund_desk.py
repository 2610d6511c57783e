"""The refund desk: one refund for each wish, never more than the payment, and two people above the limit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from membership.models import User
from payments.desk.actions import RefundOrder, approve_refund, decline_refund
from payments.desk.carrying_out import carry_out, finish_refunds, request_refund
from payments.desk.limits import needs_second_person, refund_limit
from payments.desk.queries import find_payments, refundable_amount
from payments.errors import GatewayUnavailable, NoteMissing, RefundRefused
from payments.models import (
    AuditEntry,
    Campaign,
    DailyRate,
    Payment,
    Receipt,
    Refund,
    RefundReason,
    RefundRequest,
)
from payments.receipts.actions import issue_receipt
from tests.factories import NOON, UserFactory
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def lead(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def payment(campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver) -> Payment:
    """A gift of £10.35 that Stripe holds."""
    give(campaign, sandbox)
    deliver()
    return Payment.objects.get()


def wish(payment: Payment, amount: int, number: int = 1, **fields: object) -> RefundOrder:
    return RefundOrder(
        payment_id=payment.pk,
        number=number,
        amount=amount,
        reason=RefundReason.REQUESTED,
        comment="Asked by letter.",
        **fields,  # type: ignore[arg-type]
    )


def above_the_limit(payment: Payment, clerk: User, amount: int = 700) -> RefundRequest:
    payment.donation.entity.refund_approval_limit = 500
    payment.donation.entity.save()
    order = wish(payment, amount, may_exceed_limit=True)
    return request_refund(order, actor=clerk, now=timezone.now())


def test_a_part_goes_back_through_stripe_and_is_on_the_books_at_once(
    payment: Payment, clerk: User, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    made = request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    assert made.refund is not None
    payment.refresh_from_db()
    assert (made.state, made.decided_by, payment.refunded_amount) == ("done", None, 400)
    at_stripe = sandbox.object(made.refund.stripe_id)
    assert (at_stripe["amount"], at_stripe["reason"]) == (400, "requested_by_customer")
    deliver()
    assert Refund.objects.count() == 1
    assert list(AuditEntry.objects.order_by("id").values_list("action", "actor")) == [
        ("refund_requested", clerk.pk),
        ("refund_made", None),
    ]
    asked = AuditEntry.objects.get(action="refund_requested")
    assert (asked.before["refundable"], asked.after["refundable"]) == (1035, 635)


def test_the_same_page_sent_twice_makes_one_refund(payment: Payment, clerk: User) -> None:
    first = request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    again = request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    assert (first.pk, Refund.objects.count()) == (again.pk, 1)
    with pytest.raises(RefundRefused, match="since you opened the page"):
        request_refund(wish(payment, 300), actor=clerk, now=timezone.now())


def test_refunds_never_exceed_the_payment(payment: Payment, clerk: User) -> None:
    request_refund(wish(payment, 1000), actor=clerk, now=timezone.now())
    with pytest.raises(RefundRefused, match=r"At most £0\.35"):
        request_refund(wish(payment, 36, number=2), actor=clerk, now=timezone.now())
    request_refund(wish(payment, 35, number=2), actor=clerk, now=timezone.now())
    with pytest.raises(RefundRefused, match="Nothing of this payment"):
        request_refund(wish(payment, 1, number=3), actor=clerk, now=timezone.now())


def test_above_the_limit_a_second_person_approves(
    payment: Payment, clerk: User, lead: User
) -> None:
    waiting = above_the_limit(payment, clerk)
    assert (waiting.state, waiting.limit, Refund.objects.count()) == ("waiting", 500, 0)
    assert refundable_amount(payment) == 335
    with pytest.raises(RefundRefused, match="somebody else"):
        approve_refund(waiting.pk, actor=clerk, note="Mine.", now=timezone.now())
    with pytest.raises(NoteMissing):
        approve_refund(waiting.pk, actor=lead, note=" ", now=timezone.now())
    approved = approve_refund(waiting.pk, actor=lead, note="Seen.", now=timezone.now())
    carry_out(approved, now=timezone.now())
    assert (approved.state, approved.decided_by) == ("done", lead)
    assert AuditEntry.objects.filter(action="refund_approved", actor=lead).exists()


def test_what_waits_is_approved_only_while_the_payment_still_has_it(
    payment: Payment, clerk: User, lead: User
) -> None:
    waiting = above_the_limit(payment, clerk)
    # Given back at Stripe itself meanwhile.
    Payment.objects.filter(pk=payment.pk).update(refunded_amount=600)
    with pytest.raises(RefundRefused, match=r"At most £4\.35"):
        approve_refund(waiting.pk, actor=lead, note="Seen.", now=timezone.now())


def test_the_database_refuses_that_one_person_asks_and_approves(
    payment: Payment, clerk: User
) -> None:
    waiting = above_the_limit(payment, clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        RefundRequest.objects.filter(pk=waiting.pk).update(state="ordered", decided_by=clerk)


def test_a_declined_refund_goes_nowhere_and_frees_its_amount(
    payment: Payment, clerk: User, lead: User
) -> None:
    waiting = above_the_limit(payment, clerk)
    decline_refund(waiting.pk, actor=lead, note="Given on purpose.", now=timezone.now())
    assert (refundable_amount(payment), Refund.objects.count()) == (1035, 0)
    with pytest.raises(RefundRefused, match="decided already"):
        approve_refund(waiting.pk, actor=lead, note="After all.", now=timezone.now())


def test_small_parts_of_a_large_refund_need_a_second_person_too(
    payment: Payment, clerk: User
) -> None:
    payment.donation.entity.refund_approval_limit = 500
    payment.donation.entity.save()
    request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    with pytest.raises(RefundRefused, match="Ask finance"):
        request_refund(wish(payment, 400, number=2), actor=clerk, now=timezone.now())


@pytest.mark.parametrize("fault", [500, "timeout"])
def test_a_refund_that_stopped_in_between_is_finished_once(
    fault: Any, payment: Payment, clerk: User, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, fault, "POST /v1/refunds", seconds=0.1)
    with pytest.raises(GatewayUnavailable):
        request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    assert finish_refunds(now=timezone.now()) == 0
    assert finish_refunds(now=timezone.now() + timedelta(minutes=3)) == 1
    assert finish_refunds(now=timezone.now() + timedelta(minutes=6)) == 0
    assert (RefundRequest.objects.get().state, Refund.objects.count()) == ("done", 1)
    payment.refresh_from_db()
    assert payment.refunded_amount == 400


def test_what_stripe_refuses_is_shown_and_frees_its_amount(
    payment: Payment, clerk: User, sandbox: SandboxAccount
) -> None:
    assert payment.stripe_charge_id is not None
    sandbox.dispute(payment.stripe_charge_id)
    refused = request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    assert (refused.state, refused.refund) == ("refused", None)
    assert "charge_disputed" in refused.refusal
    assert refundable_amount(payment) == 1035


def test_a_payment_is_found_by_whatever_names_it(payment: Payment, clerk: User) -> None:
    receipt = Receipt.objects.filter(payment=payment).first() or issue_receipt(
        payment.pk, now=timezone.now()
    )
    made = request_refund(wish(payment, 400), actor=clerk, now=timezone.now())
    customer = payment.donation.customer
    customer.refresh_from_db()
    assert made.refund is not None
    names = [
        str(payment.reference),
        payment.stripe_id,
        payment.stripe_charge_id,
        made.refund.stripe_id,
        str(made.reference),
        str(customer.party),
        receipt.number,
    ]
    for name in names:
        assert list(find_payments(f" {name} ", may_see_people=False)) == [payment], name
    assert list(find_payments("READER@example.org", may_see_people=True)) == [payment]
    assert not find_payments("reader@example.org", may_see_people=False)
    assert not find_payments("no-such-thing", may_see_people=True)


def test_the_limit_is_converted_by_the_days_rate(campaign: Campaign) -> None:
    entity, today = campaign.entity, NOON.date()
    assert refund_limit(entity, "GBP", today=today) == 10_000
    assert refund_limit(entity, "JPY", today=today) is None
    for currency, rate in (("GBP", "0.8"), ("JPY", "160")):
        DailyRate.objects.create(
            base="EUR", currency=currency, day=today, rate=rate, source="ECB", imported_at=NOON
        )
    assert refund_limit(entity, "JPY", today=today) == 20_000


@given(
    amount=st.integers(1, 10**9),
    alone=st.integers(0, 10**9),
    limit=st.none() | st.integers(0, 10**9),
)
def test_one_person_never_gives_back_more_than_the_limit(
    amount: int, alone: int, limit: int | None
) -> None:
    waits = needs_second_person(amount, decided_alone=alone, limit=limit)
    assert waits == (limit is None or amount + alone > limit)
