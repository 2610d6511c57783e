"""Gifts of a few payers as Stripe reports them, and what goes back of them."""

from dataclasses import replace
from datetime import UTC, datetime

from payments.donations.actions import record_payment, record_payments, record_refund
from payments.donations.disputes import record_dispute
from payments.donations.reports import Report
from payments.gateway.snapshots import DisputeSnapshot, PaymentSnapshot
from payments.models import Campaign, Customer, Payment
from tests.factories import CheckoutFactory, CustomerFactory
from tests.payments.snapshots import NOON, a_balance_transaction, a_payment, a_refund

# Midnights of London at which a year may begin, and other times; some of them in the same instant.
INSTANTS = [
    datetime(*each, tzinfo=UTC)
    for each in (
        (2022, 12, 31, 23, 59, 59),
        (2023, 1, 1),
        (2023, 1, 1, 0, 0, 0, 250_000),
        (2023, 4, 5, 22, 30),
        (2023, 4, 5, 23, 30),
        (2023, 12, 31, 23, 30),
        (2024, 1, 1, 0, 30),
        (2024, 6, 1, 12),
        (2025, 1, 1),
        (2025, 11, 1, 12),
    )
]


def payers(campaign: Campaign, count: int = 6) -> list[Customer]:
    """Make payers, of whom two each have one address: so they turn out to be one person."""
    return [
        CustomerFactory.create(
            entity=campaign.entity,
            email=f"reader{number // 2}@example.org",
            name=f"Reader {number}",
        )
        for number in range(count)
    ]


def a_report(
    campaign: Campaign,
    payer: Customer,
    number: int,
    *,
    at: datetime,
    amount: int = 1000,
    currency: str = "GBP",
) -> PaymentSnapshot:
    """Return what Stripe says of a gift that settled at a time."""
    checkout = CheckoutFactory.create(
        campaign=campaign, customer=payer, amount=amount, currency=currency
    )
    settled = a_payment(checkout, number)
    return replace(settled, created_at=at, succeeded_at=at)


def gives(
    campaign: Campaign,
    payer: Customer,
    number: int,
    *,
    at: datetime,
    amount: int = 1000,
    currency: str = "GBP",
) -> Payment:
    report = a_report(campaign, payer, number, at=at, amount=amount, currency=currency)
    payment = record_payment(report, cause="test", now=NOON)
    assert payment is not None
    return payment


def give_together(reports: list[PaymentSnapshot]) -> None:
    record_payments([Report(each, "test") for each in reports], now=NOON)


def goes_back(payment: Payment, number: int, amount: int, status: str = "succeeded") -> None:
    """A refund, or the same one with another status."""
    refund = replace(
        a_refund(number, amount, status=status),
        currency=payment.currency,
        charge_id=payment.stripe_charge_id,
        payment_intent_id=payment.stripe_id,
    )
    record_refund(refund, cause="test", now=NOON)


def is_disputed(payment: Payment, status: str) -> None:
    """The payer's bank takes all of it; `lost` and `won` are for good."""
    dispute = DisputeSnapshot(
        id=f"dp_{payment.pk}",
        status=status,
        amount=payment.amount,
        currency=payment.currency,
        reason="fraudulent",
        payment_intent_id=payment.stripe_id,
        created_at=NOON,
        taken=0 if status == "won" else payment.amount,
    )
    record_dispute(dispute, cause="test", now=NOON)


def is_returned(payment: Payment) -> None:
    """A bank debit that had settled is taken back."""
    checkout = payment.donation.checkout
    assert checkout is not None
    number = int(payment.stripe_id.removeprefix("pi_"))
    back = a_balance_transaction(f"txn_back_{number}", -payment.amount, fee=0)
    report = replace(a_payment(checkout, number), failure_balance_transaction=back)
    record_payment(report, cause="test", now=NOON)
