"""Carry out a refund that was decided.

Three steps, which no transaction spans: the request is written down, Stripe is told under the request's reference, and
what Stripe answers is recorded. A sweep finishes one that was left in between.
"""

import logging
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from payments.audit.actions import Subject, record_audit
from payments.desk.actions import RefundOrder, write_refund_request
from payments.desk.models import RefundRequest, RefundRequestState
from payments.desk.queries import unfinished_refunds
from payments.donations.actions import record_refund
from payments.errors import CardDeclined, GatewayRefused, GatewayUnauthorised, GatewayUnavailable
from payments.gateway.refunds import create_refund, fetch_refunds_of_payment
from payments.gateway.snapshots import RefundSnapshot

logger = logging.getLogger(__name__)

_SWEEP = 50


def request_refund(order: RefundOrder, *, actor: AbstractBaseUser, now: datetime) -> RefundRequest:
    """Have money given back: at once, or once a second person approved. Not composable; safe to repeat.

    Raises RefundRefused and NoteMissing before anything is written; GatewayUnavailable or GatewayUnauthorised when
    Stripe could not be asked: the request then stands, and the sweep carries it out. A refusal of Stripe's is a state
    of the request.
    """
    request = write_refund_request(order, actor=actor, now=now)
    if request.state == RefundRequestState.ORDERED:
        carry_out(request, now=now)
    return request


def carry_out(request: RefundRequest, *, now: datetime) -> None:
    """Tell Stripe, unless it made this refund already, and record what it answers; `request` is then as it stands."""
    payment = request.payment
    try:
        made = _made_earlier(request)
        if made is None:
            RefundRequest.objects.filter(pk=request.pk).update(
                attempts=F("attempts") + 1, called_at=now
            )
            made = create_refund(
                payment_intent_id=payment.stripe_id,
                amount=request.amount,
                reason=request.reason,
                request=str(request.reference),
            )
    except GatewayUnauthorised:
        # It says something about our key and nothing about the refund.
        raise
    except (GatewayRefused, CardDeclined) as error:
        _note_refusal(request, str(error), now=now)
    else:
        _note_refund(request, made, now=now)
    request.refresh_from_db()


def finish_refunds(*, now: datetime) -> int:
    """Carry out the refunds that were left in between; returns how many were tried. The next sweep takes the rest."""
    tried = 0
    for request in unfinished_refunds(now)[:_SWEEP]:
        tried += 1
        try:
            carry_out(request, now=now)
        except (GatewayUnavailable, GatewayUnauthorised) as error:
            logger.warning("Stripe is not there to carry out refunds (%s).", error)
            break
    return tried


def _made_earlier(request: RefundRequest) -> RefundSnapshot | None:
    """Find the refund of a call whose answer was lost: Stripe forgets an idempotency key after some days."""
    if not request.attempts:
        return None
    reference = str(request.reference)
    made = fetch_refunds_of_payment(request.payment.stripe_id)
    return next((each for each in made if each.request == reference), None)


@transaction.atomic
def _note_refund(request: RefundRequest, made: RefundSnapshot, *, now: datetime) -> None:
    refund = record_refund(made, cause=f"refund request {request}", now=now)
    # A page and the sweep may both carry out one request; the first to come back has the say.
    noted = RefundRequest.objects.filter(pk=request.pk, state=RefundRequestState.ORDERED).update(
        state=RefundRequestState.DONE, refund=refund, settled_at=now
    )
    if noted:
        _audit(request, "refund_made", {"state": "done", "stripe_id": made.id}, now=now)


@transaction.atomic
def _note_refusal(request: RefundRequest, sentence: str, *, now: datetime) -> None:
    noted = RefundRequest.objects.filter(pk=request.pk, state=RefundRequestState.ORDERED).update(
        state=RefundRequestState.REFUSED, refusal=sentence, settled_at=now
    )
    if noted:
        logger.warning("Stripe refused the refund %s: %s", request, sentence)
        _audit(request, "refund_refused", {"state": "refused"}, now=now, reason=sentence)


def _audit(
    request: RefundRequest, verb: str, after: dict[str, object], *, now: datetime, reason: str = ""
) -> None:
    figures = {"amount": request.amount, "currency": request.payment.currency}
    subject = Subject(
        "refund request",
        str(request),
        before={"state": "ordered", **figures},
        after={**after, **figures},
    )
    record_audit(verb, subject, actor=None, now=now, reason=reason)
