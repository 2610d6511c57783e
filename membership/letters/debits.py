"""Letters about a payment that takes its bank days: it was ordered, and it did not arrive.

Only for what a reader ordered at the hosted page. A renewal is told of by its receipt, or as every payment that fails.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from membership.letters.actions import supporter_of, write_letter
from membership.letters.declines import explain
from membership.letters.models import Letter
from payments.models import Payment
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.words import Words, method_text


@transaction.atomic
def write_debit_received(payment_id: int, *, now: datetime) -> Letter | None:
    """Confirm an order to collect from a bank account; None for a renewal. Safe to repeat."""
    payment = _ordered(payment_id)
    return _write("debit_received", payment, now) if payment else None


@transaction.atomic
def write_debit_failed(payment_id: int, *, now: datetime) -> Letter | None:
    """Tell that a debit whose order was confirmed did not arrive; None for other failures. Safe to repeat."""
    payment = _ordered(payment_id)
    if payment is None:
        return None
    confirmed = Letter.objects.filter(kind="debit_received", key=str(payment.reference))
    return _write("debit_failed", payment, now) if confirmed.exists() else None


def _write(kind: str, payment: Payment, now: datetime) -> Letter:
    return write_letter(
        kind,
        key=str(payment.reference),
        supporter=supporter_of(payment.donation.customer),
        context=_values(payment),
        now=now,
    )


def _values(payment: Payment) -> dict[str, Any]:
    donation = payment.donation
    checkout, entity = donation.checkout, donation.entity
    words = Words.for_reader(checkout.locale if checkout else "")
    payer = checkout or donation.customer
    give = reverse("membership:donate", args=[donation.campaign.slug])
    return {
        "locale": words.locale,
        "issuer": asdict(issuer_of(entity)),
        "payer_name": payer.name,
        "payer_email": payer.email,
        "amount": words.amount(payment.amount, payment.currency),
        "method": method_text(payment),
        "made_on": words.day(civil_date(payment.created_at, entity.time_zone)),
        "statement_descriptor": payment.statement_descriptor or entity.statement_descriptor,
        "why": explain(payment.decline_code, words.locale),
        "give_url": settings.SITE_URL + give,
    }


def _ordered(payment_id: int) -> Payment | None:
    """Return a payment that a reader ordered at the hosted page."""
    return (
        Payment.objects.select_related(
            "donation__entity", "donation__campaign", "donation__checkout", "donation__customer"
        )
        .filter(pk=payment_id, donation__checkout__isnull=False)
        .first()
    )
