"""Marks of payers whose giving changed, set by whoever changes a payment."""

from collections.abc import Iterable
from datetime import datetime

from payments.donations.giving.models import GivingChange
from payments.donations.models import Payment

# When a gift counts, and what stands of it in which currency.
Gift = tuple[datetime | None, str, int]


def gift_of(payment: Payment) -> Gift | None:
    """Return what a payment gives, to be compared before and after a change; None while it gives nothing."""
    if payment.status not in Payment.SETTLED or payment.net_given == 0:
        return None
    return payment.succeeded_at, payment.currency, payment.net_given


def mark_givers(customer_ids: Iterable[int]) -> None:
    """Let nobody believe the kept sums of these payers, in the transaction that changes what they gave.

    One statement, none where there are no payers. It waits for nobody and nobody waits for it.
    """
    GivingChange.objects.bulk_create(
        GivingChange(customer_id=customer_id) for customer_id in sorted(set(customer_ids))
    )
