"""Letters about a payment of a recurring gift that fails: on days 0, 3, 7 and 14, and when it is over.

All four are written with the first failure, each due on its day, and looked at again when the day has come: what was
collected since, ended, or overtaken by a later letter is withheld. How often Stripe has tried by then only changes the
words. A first payment that fails is told on its page and never by mail.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from membership.letters.actions import supporter_of, write_letter
from membership.letters.failing_facts import FAILED_KIND, STEPS, renewal_of
from membership.letters.models import Letter, LetterState
from membership.letters.notices import morning_of
from payments.models import Payment
from payments.periods import civil_date


@transaction.atomic
def write_failing_letters(payment_id: int, *, now: datetime) -> None:
    """Make the letters due about a payment that failed, once for each invoice and step. Safe to repeat."""
    payment = renewal_of(payment_id)
    if payment is not None:
        _write_steps(payment, STEPS, since=payment.first_failed_at or now, now=now)


@transaction.atomic
def write_confirm_letters(payment_id: int, *, now: datetime) -> None:
    """Ask the payer to confirm a payment at the bank, at once and again on the later days. Safe to repeat."""
    payment = renewal_of(payment_id)
    if payment is None:
        return
    _write("confirm_payment", payment, key=str(payment.stripe_invoice_id), now=now)
    _write_steps(payment, STEPS[1:], since=payment.first_failed_at or now, now=now)


@transaction.atomic
def write_recovered_letters(payment_ids: list[int], *, now: datetime) -> None:
    """Thank the payers of whom a letter had told that their payment failed, now that it was collected."""
    had_failed = Q(attempts__isnull=False) | Q(first_failed_at__isnull=False)
    payments = Payment.objects.filter(had_failed, pk__in=payment_ids)
    for payment in payments.filter(stripe_invoice_id__isnull=False).distinct():
        told = Letter.objects.filter(
            kind__in=(FAILED_KIND, "confirm_payment"),
            key__in=_keys(payment),
            state=LetterState.SENT,
        )
        if told.exists() and (renewal := renewal_of(payment.pk)):
            _write("recovered", renewal, key=str(payment.stripe_invoice_id), now=now)


def _write_steps(
    payment: Payment, steps: tuple[int, ...], *, since: datetime, now: datetime
) -> None:
    zone = payment.donation.entity.time_zone
    first_on = civil_date(since, zone)
    for step in steps:
        due_at = now if step == 0 else morning_of(first_on + timedelta(days=step), zone)
        _write(
            FAILED_KIND,
            payment,
            key=f"{payment.stripe_invoice_id} {step}",
            now=now,
            due_at=due_at,
            step=step,
        )


def _write(
    kind: str,
    payment: Payment,
    *,
    key: str,
    now: datetime,
    due_at: datetime | None = None,
    **context: Any,
) -> None:
    write_letter(
        kind,
        key=key,
        supporter=supporter_of(payment.donation.customer),
        context={"payment": payment.pk, **context},
        now=now,
        due_at=due_at,
    )


def _keys(payment: Payment) -> list[str]:
    invoice = str(payment.stripe_invoice_id)
    return [invoice, *(f"{invoice} {step}" for step in STEPS)]
