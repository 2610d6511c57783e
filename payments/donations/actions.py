"""Writes of gifts: payments and refunds as Stripe reports them, in any order and any number of times."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from payments.customers.payers import Payers
from payments.donations.attempts import note_attempt
from payments.donations.changes import note_changes
from payments.donations.gifts import gifts_of, lock_ground
from payments.donations.giving.marks import gift_of, mark_givers
from payments.donations.intent import (
    is_outdated,
    move,
    new_payment,
    note_facts,
    note_failure,
    note_return,
)
from payments.donations.models import (
    AttemptOutcome,
    Donation,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from payments.donations.queries import last_settled
from payments.donations.reports import Outcome, Report, one_of_each_gift
from payments.donations.transitions import REFUND_TRANSITIONS, is_settled, settled_status
from payments.events import (
    payment_action_required,
    payment_failed,
    payment_processing,
    payment_refunded,
    payment_returned,
    payment_succeeded,
)
from payments.gateway.snapshots import PaymentSnapshot, RefundSnapshot

logger = logging.getLogger(__name__)


def record_payment(snapshot: PaymentSnapshot, *, cause: str, now: datetime) -> Payment | None:
    """Record one payment, as `record_payments` does; None when the intent is not ours."""
    return record_payments([Report(snapshot, cause)], now=now).get(snapshot.id)


@transaction.atomic
def record_payments(reports: Iterable[Report], *, now: datetime) -> dict[str, Payment]:
    """Make our payments say what Stripe's intents say; returns those that are ours, by Stripe's id.

    The caller records the plan of an invoice's payment first, since any event of a subscription may be the first to
    arrive: PlanUnknown is raised otherwise. Safe to repeat and in any order: a payment that settled never goes back,
    `payment_succeeded` is announced once, `payment_failed` once for each failed attempt before it, and
    `payment_returned` when the payer's bank takes back a debit afterwards.
    """
    payments: dict[str, Payment] = {}
    groups = list(one_of_each_gift(reports))
    if len(groups) > 1:
        # The locks of all groups are taken in one order, before those of each are looked at.
        lock_ground([report.snapshot for group in groups for report in group])
    for group in groups:
        payments |= _record_together(group, now)
    return payments


def _record_together(reports: list[Report], now: datetime) -> dict[str, Payment]:
    snapshots = [report.snapshot for report in reports]
    ground = lock_ground(snapshots)
    gifts = gifts_of(snapshots, ground)
    Donation.objects.bulk_create(gift for gift in gifts.values() if gift.pk is None)
    outcomes = [
        _follow(report, gift, ground.payments.get(report.snapshot.id), now)
        for report in reports
        if (gift := gifts.get(report.snapshot.id))
    ]
    Payment.objects.bulk_create(each.payment for each in outcomes if each.payment.pk is None)
    for each in outcomes:
        if each.is_known:
            each.payment.save()
    note_changes(each.payment.pk for each in outcomes if is_settled(each.payment))
    mark_givers(each.payment.donation.customer_id for each in outcomes if each.gives_otherwise)
    _note_payers(outcomes)
    waiting = _note_attempts(outcomes, now)
    _announce(outcomes)
    for payment in waiting:
        payment_action_required.send(sender=Payment, payment_id=payment.pk)
    return {each.snapshot.id: each.payment for each in outcomes}


def _follow(report: Report, gift: Donation, known: Payment | None, now: datetime) -> Outcome:
    """Make a payment, not yet saved, say what is reported of it."""
    snapshot = report.snapshot
    payment = known or new_payment(snapshot, gift)
    was_settled, status_before = is_settled(payment), payment.status
    gave = gift_of(known) if known else None
    failed_anew = note_failure(payment, snapshot, now=now)
    if snapshot.status == "succeeded" or not (was_settled or is_outdated(payment, snapshot)):
        note_facts(payment, snapshot)
    move(payment, snapshot, cause=report.cause, now=now)
    has_returned = note_return(payment, snapshot)
    return Outcome(
        payment,
        snapshot,
        is_known=known is not None,
        has_settled=is_settled(payment) and not was_settled,
        has_failed=failed_anew and not is_settled(payment),
        is_processing=payment.status == PaymentStatus.PROCESSING != status_before,
        has_returned=has_returned,
        gives_otherwise=gift_of(payment) != gave,
    )


def _note_payers(outcomes: list[Outcome]) -> None:
    """Keep who paid and the card of each payer's latest payment: an old event does not bring an old card back."""
    customer_ids = {each.payment.donation.customer_id for each in outcomes}
    payers = Payers(customer_ids, [each.snapshot.payer for each in outcomes])
    last = last_settled(customer_ids)
    for each in outcomes:
        customer_id = each.payment.donation.customer_id
        payers.note_payer(customer_id, each.snapshot.payer)
        if each.has_settled and each.payment.succeeded_at == last[customer_id]:
            payers.note_card(customer_id, each.snapshot.method)
    payers.save()


def _note_attempts(outcomes: list[Outcome], now: datetime) -> list[Payment]:
    """Record the tries that did not get the money; returns the payments that newly wait for their payers."""
    noted = [(each, note_attempt(each.payment, each.snapshot, now=now)) for each in outcomes]
    return [
        each.payment
        for each, attempt in noted
        if attempt and attempt.outcome == AttemptOutcome.ACTION_REQUIRED
    ]


def _announce(outcomes: list[Outcome]) -> None:
    settled = [each.payment.pk for each in outcomes if each.has_settled]
    if settled:
        payment_succeeded.send(sender=Payment, payment_ids=settled)
    for each in outcomes:
        if each.has_failed:
            payment_failed.send(sender=Payment, payment_id=each.payment.pk)
        if each.is_processing:
            payment_processing.send(sender=Payment, payment_id=each.payment.pk)
        if each.has_returned:
            payment_returned.send(sender=Payment, payment_id=each.payment.pk)


@transaction.atomic
def record_refund(snapshot: RefundSnapshot, *, cause: str, now: datetime) -> Refund | None:
    """Make our refund say what Stripe's says; None while its payment is not on the books.

    The caller records the payment first, so that a refund that overtook it is not lost. What stands is the sum of the
    refunds that are under way or done: one that failed gives its amount back. Announces `payment_refunded` when what
    stands changes, and when the refund goes through. Safe to repeat; one that failed or was cancelled stays so.
    """
    payment = _locked(snapshot.payment_intent_id)
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
    refund.status, refund.amount = status, snapshot.amount
    if status not in Refund.STANDING and refund.failed_at is None:
        returned = snapshot.failure_balance_transaction
        refund.failed_at = returned.created_at if returned else now
    refund.save()
    note_changes([payment.pk])
    if _restate(payment) or goes_through:
        payment_refunded.send(sender=Payment, payment_id=payment.pk, refund_id=refund.pk)
    return refund


@transaction.atomic
def restate_refunds(stripe_id: str) -> None:
    """Make a settled payment say what its refunds come to, where its row says otherwise. Safe to repeat."""
    payment = _locked(stripe_id)
    if payment is None:
        return
    _restate(payment)
    if is_settled(payment):
        payment.status = settled_status(payment.amount, payment.refunded_amount)
        payment.save(update_fields=["status"])
        note_changes([payment.pk])


def _locked(stripe_id: str | None) -> Payment | None:
    payments = Payment.objects.select_for_update(of=("self",)).select_related("donation")
    return payments.filter(stripe_id=stripe_id).first()


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
    mark_givers([payment.donation.customer_id])
    return True
