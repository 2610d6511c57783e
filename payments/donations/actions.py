"""Writes of gifts: payments and refunds as Stripe reports them, in any order and any number of times."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from payments.customers.actions import note_card, note_payer
from payments.customers.models import Customer
from payments.donations.gifts import gift_of_checkout, gift_of_plan
from payments.donations.intent import is_outdated, move, note_facts, note_failure
from payments.donations.models import Donation, Payment, Refund, RefundStatus
from payments.donations.transitions import REFUND_TRANSITIONS, is_settled, settled_status
from payments.errors import PlanUnknown
from payments.events import payment_failed, payment_refunded, payment_succeeded
from payments.gateway.snapshots import PaymentSnapshot, RefundSnapshot
from payments.plans.models import RecurringPlan
from payments.plans.origin import lock_origin

logger = logging.getLogger(__name__)


@transaction.atomic
def record_payment(snapshot: PaymentSnapshot, *, cause: str, now: datetime) -> Payment | None:
    """Make our payment say what Stripe's intent says; None when the intent is not ours.

    The caller records the plan of an invoice's payment first, since any event of a subscription may be the first to
    arrive: PlanUnknown is raised otherwise. Safe to repeat and in any order: a payment that settled never goes back,
    `payment_succeeded` is announced once, and `payment_failed` once for each failed attempt before it.
    """
    donation = _gift_of(snapshot)
    if donation is None:
        return None
    payment = Payment.objects.select_for_update().filter(stripe_id=snapshot.id).first()
    payment = payment or _new_payment(snapshot, donation)
    customer = Customer.objects.select_for_update().get(pk=donation.customer_id)
    note_payer(customer, snapshot.payer)

    was_settled = is_settled(payment)
    failed_anew = note_failure(payment, snapshot, now=now)
    if snapshot.status == "succeeded" or not (was_settled or is_outdated(payment, snapshot)):
        note_facts(payment, snapshot)
    move(payment, snapshot, cause=cause, now=now)
    payment.save()

    if is_settled(payment) and not was_settled:
        if not _settled_later(payment, customer):
            note_card(customer, snapshot.method)
        payment_succeeded.send(sender=Payment, payment_id=payment.pk)
    elif failed_anew and not was_settled:
        payment_failed.send(sender=Payment, payment_id=payment.pk)
    return payment


def _gift_of(snapshot: PaymentSnapshot) -> Donation | None:
    """Find or write the donation, taking the locks in their order: checkout, plan, then payment."""
    invoice = snapshot.invoice
    checkout = lock_origin(snapshot.metadata if invoice is None else invoice.metadata)
    if invoice is None:
        known = Donation.objects.filter(payments__stripe_id=snapshot.id).first()
        if known is not None or checkout is None:
            return known
        return gift_of_checkout(snapshot, checkout)
    plan = (
        RecurringPlan.objects.select_for_update(of=("self",))
        .select_related("campaign", "checkout")
        .filter(stripe_id=invoice.subscription_id)
        .first()
    )
    if plan is not None:
        return gift_of_plan(snapshot, plan)
    if checkout is not None:
        raise PlanUnknown(f"Checkout {checkout} was paid by a subscription without a plan.")
    return None


def _new_payment(snapshot: PaymentSnapshot, donation: Donation) -> Payment:
    return Payment(
        donation=donation,
        stripe_id=snapshot.id,
        stripe_invoice_id=snapshot.invoice.id if snapshot.invoice else None,
        currency=snapshot.currency,
        amount=snapshot.amount,
        created_at=snapshot.created_at,
    )


def _settled_later(payment: Payment, customer: Customer) -> bool:
    """Say whether the customer paid again since, so that an old event does not bring an old card back."""
    return Payment.objects.filter(
        donation__customer=customer, succeeded_at__gt=payment.succeeded_at
    ).exists()


@transaction.atomic
def record_refund(snapshot: RefundSnapshot, *, cause: str, now: datetime) -> Refund | None:
    """Make our refund say what Stripe's says; None while its payment is not on the books.

    The caller records the payment first, so that a refund that overtook it is not lost. What stands is the sum of the
    refunds that are under way or done: one that failed gives its amount back. Announces `payment_refunded` when what
    stands changes, and when the refund goes through. Safe to repeat; one that failed or was cancelled stays so.
    """
    payment = (
        Payment.objects.select_for_update().filter(stripe_id=snapshot.payment_intent_id).first()
    )
    if payment is None:
        return None
    refund = Refund.objects.select_for_update().filter(stripe_id=snapshot.id).first()
    status = RefundStatus(snapshot.status)
    goes_through = status == RefundStatus.SUCCEEDED and (refund is None or refund.status != status)
    if refund is None:
        refund = Refund(
            payment=payment,
            stripe_id=snapshot.id,
            status=status,
            amount=snapshot.amount,
            reason=snapshot.reason,
            created_at=snapshot.created_at,
        )
    elif status != refund.status and status not in REFUND_TRANSITIONS[RefundStatus(refund.status)]:
        logger.info("Refund %s is %s; %s (%s) is left.", refund, refund.status, status, cause)
        return refund
    refund.status = status
    if status not in Refund.STANDING and refund.failed_at is None:
        returned = snapshot.failure_balance_transaction
        refund.failed_at = returned.created_at if returned else now
    refund.save()
    if _restate(payment) or goes_through:
        payment_refunded.send(sender=Payment, payment_id=payment.pk, refund_id=refund.pk)
    return refund


def _restate(payment: Payment) -> bool:
    """Sum the refunds that stand; say whether the sum is another than before."""
    standing = payment.refunds.filter(status__in=Refund.STANDING).aggregate(sum=Sum("amount"))[
        "sum"
    ]
    if (standing or 0) > payment.amount:
        logger.warning("The refunds of payment %s exceed it.", payment)
    refunded = min(standing or 0, payment.amount)
    if refunded == payment.refunded_amount:
        return False
    payment.refunded_amount = refunded
    if is_settled(payment):
        payment.status = settled_status(payment.amount, refunded)
    payment.save(update_fields=["refunded_amount", "status"])
    return True
