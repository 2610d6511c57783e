"""Writes of the refund desk: a refund asked for, approved or declined. Nothing here speaks to Stripe."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Subject, record_audit
from payments.desk.limits import needs_second_person, refund_limit
from payments.desk.models import (
    REFUND_REQUEST_TRANSITIONS,
    RefundReason,
    RefundRequest,
    RefundRequestState,
)
from payments.desk.queries import decided_alone, next_number, refundable_amount
from payments.donations.models import Payment
from payments.errors import NoteMissing, RefundRefused
from payments.money import Money
from payments.periods import civil_date


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What a page asks for: the payment's `number`-th request, `amount` in minor units of its currency."""

    payment_id: int
    number: int
    amount: int
    reason: RefundReason
    comment: str
    # Whether who asks may ask for what a second person has to approve.
    may_exceed_limit: bool = False


@transaction.atomic(durable=True)
def write_refund_request(
    order: RefundOrder, *, actor: AbstractBaseUser, now: datetime
) -> RefundRequest:
    """Write down that money is to go back, or return the request that the same page made already.

    It waits for a second person where it must, and is otherwise ordered: `carry_out` tells Stripe. Raises RefundRefused
    with a sentence for staff, and NoteMissing.
    """
    comment = _required(order.comment, "Say why the money goes back.")
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("donation__entity")
        .get(pk=order.payment_id)
    )
    known = RefundRequest.objects.filter(payment=payment, number=order.number).first()
    if known is not None:
        return _same(known, order)
    if order.number != next_number(payment):
        raise RefundRefused("Open the payment again: this page does not know its latest refunds.")
    refundable = refundable_amount(payment)
    _check_amount(payment, order.amount, refundable)
    entity = payment.donation.entity
    limit = refund_limit(entity, payment.currency, today=civil_date(now, entity.time_zone))
    waits = needs_second_person(order.amount, decided_alone=decided_alone(payment), limit=limit)
    if waits and not order.may_exceed_limit:
        raise RefundRefused(_above(limit, payment.currency))
    request = RefundRequest.objects.create(
        payment=payment,
        number=order.number,
        amount=order.amount,
        limit=limit,
        reason=order.reason,
        comment=comment,
        state=RefundRequestState.WAITING if waits else RefundRequestState.ORDERED,
        requested_by_id=actor.pk,
        requested_at=now,
    )
    record_audit(
        "refund_requested",
        Subject(
            "payment",
            str(payment.reference),
            before={"refundable": refundable, "currency": payment.currency},
            after={
                "refundable": refundable - order.amount,
                "amount": order.amount,
                "currency": payment.currency,
                "request": str(request),
                "state": request.state,
            },
        ),
        actor=actor,
        now=now,
        reason=comment,
    )
    return request


@transaction.atomic(durable=True)
def approve_refund(
    request_id: int, *, actor: AbstractBaseUser, note: str, now: datetime
) -> RefundRequest:
    """Let a refund go to Stripe; `carry_out` tells it. Raises RefundRefused and NoteMissing.

    Who asked for it cannot approve it. Safe to repeat by the same person.
    """
    note = _required(note, "Say why you approve this refund.")
    request = _locked(request_id)
    if request.requested_by_id == actor.pk:
        raise RefundRefused("You asked for this refund: somebody else has to approve it.")
    if request.decided_by_id == actor.pk and request.state != RefundRequestState.DECLINED:
        return request
    _check_transition(request, RefundRequestState.ORDERED)
    _check_amount(
        request.payment, request.amount, refundable_amount(request.payment, besides=request)
    )
    return _decide(request, RefundRequestState.ORDERED, actor=actor, note=note, now=now)


@transaction.atomic(durable=True)
def decline_refund(
    request_id: int, *, actor: AbstractBaseUser, note: str, now: datetime
) -> RefundRequest:
    """Say no to a refund that waits; who asked for it takes it back that way. Raises RefundRefused and NoteMissing."""
    note = _required(note, "Say why this refund is declined.")
    request = _locked(request_id)
    if request.state == RefundRequestState.DECLINED and request.decided_by_id == actor.pk:
        return request
    _check_transition(request, RefundRequestState.DECLINED)
    return _decide(request, RefundRequestState.DECLINED, actor=actor, note=note, now=now)


def _locked(request_id: int) -> RefundRequest:
    """Lock the payment first, as everything that moves its money does."""
    payment_id = RefundRequest.objects.values_list("payment_id", flat=True).get(pk=request_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    request = RefundRequest.objects.select_for_update().get(pk=request_id)
    request.payment = payment
    return request


def _decide(
    request: RefundRequest,
    state: RefundRequestState,
    *,
    actor: AbstractBaseUser,
    note: str,
    now: datetime,
) -> RefundRequest:
    before = request.state
    request.state, request.decided_by_id, request.decided_at = state, actor.pk, now
    request.decision_note = note
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    verb = "refund_declined" if state == RefundRequestState.DECLINED else "refund_approved"
    figures = {"amount": request.amount, "currency": request.payment.currency}
    record_audit(
        verb,
        Subject(
            "refund request",
            str(request),
            before={"state": before, **figures},
            after={"state": state, **figures},
        ),
        actor=actor,
        now=now,
        reason=note,
    )
    return request


def _same(known: RefundRequest, order: RefundOrder) -> RefundRequest:
    if (known.amount, known.reason) != (order.amount, order.reason):
        raise RefundRefused(
            "Another refund of this payment was asked for since you opened the page. Look at it first."
        )
    return known


def _check_transition(request: RefundRequest, to: RefundRequestState) -> None:
    state = RefundRequestState(request.state)
    if to not in REFUND_REQUEST_TRANSITIONS[state]:
        raise RefundRefused(f"This refund is decided already: {state.label.lower()}.")


def _check_amount(payment: Payment, amount: int, refundable: int) -> None:
    if amount < 1:
        raise RefundRefused("A refund has an amount above zero.")
    if refundable == 0:
        raise RefundRefused(
            "Nothing of this payment can be given back: it is refunded, asked for already, "
            "disputed at the payer's bank, or never arrived."
        )
    if amount > refundable:
        left = Money(refundable, payment.currency).format()
        raise RefundRefused(f"At most {left} of this payment can still be given back.")


def _above(limit: int | None, currency: str) -> str:
    if limit is None:
        return f"No exchange rate for {currency} is known, so finance has to ask for this refund."
    return (
        f"One person may give back up to {Money(limit, currency).format()} of a payment. "
        "Ask finance to request this refund: a second person then approves it."
    )


def _required(text: str, sentence: str) -> str:
    if not text.strip():
        raise NoteMissing(sentence)
    return text.strip()
