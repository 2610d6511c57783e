"""What the fetched objects of an event say, and how it is written down: one gift, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from payments.checkouts.outcomes import complete_checkout, record_session
from payments.donations.actions import record_payment, record_refund
from payments.donations.models import Payment, Refund
from payments.gateway.snapshots import (
    BalanceTransactionSnapshot,
    CheckoutSessionSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
    SubscriptionSnapshot,
)
from payments.ledger.actions import book_balance_transaction
from payments.plans.actions import record_plan

# The payer has done their part; a bank debit may still be on its way.
_GONE_THROUGH = ("succeeded", "processing")


@dataclass(frozen=True, slots=True)
class Findings:
    """The objects of one event, as fetched."""

    session: CheckoutSessionSnapshot | None = None
    subscriptions: tuple[SubscriptionSnapshot, ...] = ()
    payments: tuple[PaymentSnapshot, ...] = ()
    refunds: tuple[RefundSnapshot, ...] = ()


def together(*parts: Findings) -> Findings:
    """Put findings of one gift together; what several parts hold is the same, since a lookup fetches each once."""
    return Findings(
        session=next((part.session for part in parts if part.session), None),
        subscriptions=tuple({s.id: s for part in parts for s in part.subscriptions}.values()),
        payments=tuple({p.id: p for part in parts for p in part.payments}.values()),
        refunds=tuple({r.id: r for part in parts for r in part.refunds}.values()),
    )


def record_findings(findings: Findings, *, cause: str, now: datetime) -> bool:
    """Write everything down in the caller's transaction; False when none of it is ours.

    Always in the order in which the facts build on each other, whatever came first: the checkout, its plan, the
    payments, the refunds. Each is keyed by Stripe's id of the fact, so to record it again changes nothing.
    """
    is_ours = False
    if findings.session is not None:
        is_ours = record_session(findings.session, now=now) is not None
    for subscription in findings.subscriptions:
        is_ours |= record_plan(subscription, cause=cause, now=now) is not None
    for payment in findings.payments:
        is_ours |= _record_payment(payment, cause=cause, now=now)
    for refund in findings.refunds:
        is_ours |= _record_refund(refund, cause=cause, now=now)
    return is_ours


def _record_payment(snapshot: PaymentSnapshot, *, cause: str, now: datetime) -> bool:
    payment = record_payment(snapshot, cause=cause, now=now)
    if payment is None:
        return False
    if snapshot.status in _GONE_THROUGH:
        metadata = snapshot.invoice.metadata if snapshot.invoice else snapshot.metadata
        complete_checkout(metadata.get("checkout", ""), now=now)
    _book(snapshot.balance_transaction, payment=payment, now=now)
    return True


def _record_refund(snapshot: RefundSnapshot, *, cause: str, now: datetime) -> bool:
    refund = record_refund(snapshot, cause=cause, now=now)
    if refund is None:
        return False
    _book(snapshot.balance_transaction, refund=refund, now=now)
    _book(snapshot.failure_balance_transaction, refund=refund, now=now)
    return True


def _book(
    snapshot: BalanceTransactionSnapshot | None,
    *,
    now: datetime,
    payment: Payment | None = None,
    refund: Refund | None = None,
) -> None:
    """Book a line once Stripe has it; the event that announces it comes later otherwise."""
    if snapshot is not None:
        book_balance_transaction(snapshot, payment=payment, refund=refund, now=now)
