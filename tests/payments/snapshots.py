"""What Stripe might say, as the gateway's snapshots, for tests that need no HTTP."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from payments.gateway.snapshots import (
    BalanceTransactionSnapshot,
    FeeLine,
    InvoiceSnapshot,
    MethodSnapshot,
    PayerSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
    SubscriptionSnapshot,
)
from payments.models import Checkout

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CARD = MethodSnapshot("card", "visa", "4242", "GB", date(2030, 12, 31))


def a_balance_transaction(
    id: str = "txn_1",  # noqa: A002  Stripe's own word
    amount: int = 1000,
    *,
    fee: int = 35,
    currency: str = "GBP",
    category: str = "charge",
    source: str = "ch_1",
) -> BalanceTransactionSnapshot:
    return BalanceTransactionSnapshot(
        id=id,
        type=category,
        reporting_category=category,
        source_id=source,
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency=currency,
        fee_lines=(FeeLine("stripe_fee", fee, currency),) if fee else (),
        exchange_rate=None,
        created_at=NOON,
        available_on=date(2026, 11, 24),
    )


def a_payment(checkout: Checkout, number: int = 1, status: str = "succeeded") -> PaymentSnapshot:
    """The intent of a one-off checkout."""
    settled = status == "succeeded"
    return PaymentSnapshot(
        id=f"pi_{number}",
        status=status,
        amount=checkout.total,
        amount_received=checkout.total if settled else 0,
        currency=checkout.currency,
        metadata={"checkout": str(checkout.reference), "campaign": checkout.campaign.slug},
        charge_id=f"ch_{number}" if settled else None,
        payer=PayerSnapshot(f"cus_{checkout.pk}", "payer@example.org", "A Payer", "GB"),
        method=CARD,
        statement_descriptor="HARBOUR COURIER",
        decline_code="",
        failure_code="",
        created_at=NOON,
        succeeded_at=NOON + timedelta(minutes=1) if settled else None,
        failed_at=None,
        balance_transaction=None,
        invoice=None,
    )


def a_failed_payment(checkout: Checkout, *, minutes: int, number: int = 1) -> PaymentSnapshot:
    """The same intent after an attempt that failed `minutes` after it was made."""
    return replace(
        a_payment(checkout, number, "requires_payment_method"),
        charge_id=f"ch_{number}_failed_{minutes}",
        decline_code="insufficient_funds",
        failure_code="card_declined",
        failed_at=NOON + timedelta(minutes=minutes),
    )


def a_subscription(checkout: Checkout, status: str = "active") -> SubscriptionSnapshot:
    return SubscriptionSnapshot(
        id=f"sub_{checkout.pk}",
        read_at=NOON,
        status=status,
        customer_id=f"cus_{checkout.pk}",
        item_id="si_1",
        amount=checkout.total,
        currency=checkout.currency,
        interval="month",
        interval_count=1,
        metadata={"checkout": str(checkout.reference), "campaign": checkout.campaign.slug},
        started_at=NOON,
        current_period_end_at=NOON + timedelta(days=30),
        cancel_at=None,
        cancel_at_period_end=False,
        cancelled_at=None,
        ended_at=NOON + timedelta(days=1) if status == "canceled" else None,
        is_paused=False,
        resumes_at=None,
    )


def of_invoice(snapshot: PaymentSnapshot, checkout: Checkout, month: int = 0) -> PaymentSnapshot:
    """Turn a payment into that of a plan's invoice: the first for month 0, else a renewal."""
    made_at = NOON + timedelta(days=30 * month)
    shift = timedelta(days=30 * month)
    invoice = InvoiceSnapshot(
        id=f"in_{checkout.pk}_{month}",
        subscription_id=f"sub_{checkout.pk}",
        status="paid" if snapshot.status == "succeeded" else "open",
        billing_reason="subscription_create" if month == 0 else "subscription_cycle",
        metadata=snapshot.metadata,
        amount_paid=snapshot.amount_received,
        currency=snapshot.currency,
        attempt_count=1,
        next_attempt_at=None,
        payment_intent_ids=(snapshot.id,),
        created_at=made_at,
    )
    return replace(
        snapshot,
        metadata={},
        created_at=snapshot.created_at + shift,
        succeeded_at=snapshot.succeeded_at and snapshot.succeeded_at + shift,
        failed_at=snapshot.failed_at and snapshot.failed_at + shift,
        invoice=invoice,
    )


def a_refund(number: int = 1, amount: int = 400, *, status: str = "succeeded") -> RefundSnapshot:
    return RefundSnapshot(
        id=f"re_{number}",
        status=status,
        amount=amount,
        currency="GBP",
        reason="requested_by_customer",
        charge_id="ch_1",
        payment_intent_id="pi_1",
        created_at=NOON + timedelta(days=1),
        balance_transaction=None,
        failure_balance_transaction=None,
    )


def settled_in(
    snapshot: BalanceTransactionSnapshot, rate: str, currency: str
) -> BalanceTransactionSnapshot:
    """The same balance transaction in an account that settles in another currency."""
    exact = Decimal(rate)
    amount, fee = int(snapshot.amount * exact), int(snapshot.fee * exact)
    return replace(
        snapshot,
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency=currency,
        fee_lines=(FeeLine("stripe_fee", fee, currency),),
        exchange_rate=exact,
    )
