"""Gifts with their books, for tests of reports: each settled, refunded or returned as asked."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from payments.ledger.actions import book_balance_transaction
from payments.models import Campaign, Payment, PaymentStatus, Refund, RefundStatus
from tests.factories import NOON, DonationFactory, PaymentFactory
from tests.payments.snapshots import a_balance_transaction

_numbers = count(1)


def a_gift(
    campaign: Campaign,
    amount: int = 1000,
    *,
    at: datetime = NOON,
    currency: str = "GBP",
    is_booked: bool = True,
    **donation: object,
) -> Payment:
    """A payment that settled at `at`, booked with a fee of 35 in its own currency."""
    payment = PaymentFactory.create(
        donation=DonationFactory.create(
            campaign=campaign, amount=amount, currency=currency, created_at=at, **donation
        ),
        succeeded_at=at,
    )
    if is_booked:
        _book(payment, amount=payment.amount, fee=35, category="charge", at=at)
    return payment


def a_refund(
    payment: Payment,
    amount: int,
    *,
    status: RefundStatus = RefundStatus.SUCCEEDED,
    at: datetime = NOON + timedelta(days=1),
    is_booked: bool = True,
) -> Refund:
    """Money back for `payment`; one that failed has come back to us an hour later."""
    refund = Refund.objects.create(
        payment=payment,
        stripe_id=f"re_{next(_numbers)}",
        status=status,
        amount=amount,
        created_at=at,
    )
    if is_booked:
        _book(payment, refund=refund, amount=-amount, fee=0, category="refund", at=at)
        if status == RefundStatus.FAILED:
            later = at + timedelta(hours=1)
            _book(payment, refund=refund, amount=amount, fee=0, category="refund_failure", at=later)
    if status in Refund.STANDING:
        payment.refunded_amount += amount
        payment.status = PaymentStatus.PARTIALLY_REFUNDED
        payment.save()
    return refund


def _book(
    payment: Payment,
    *,
    amount: int,
    fee: int,
    category: str,
    at: datetime,
    refund: Refund | None = None,
) -> None:
    number = next(_numbers)
    snapshot = a_balance_transaction(
        f"txn_gift_{number}",
        amount,
        fee=fee,
        currency=payment.currency,
        category=category,
        source=refund.stripe_id if refund else str(payment.stripe_charge_id),
    )
    book_balance_transaction(
        replace(snapshot, created_at=at), payment=payment, refund=refund, now=at
    )
