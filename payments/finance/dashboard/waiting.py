"""What waits now, whichever month is looked at: payouts on their way to the bank, and exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from payments.entities.models import LegalEntity
from payments.reconciliation.exceptions import exceptions
from payments.reconciliation.payout_models import COMING, Payout


@dataclass(frozen=True, slots=True)
class PayoutsComing:
    """Payouts of one currency that are not at the bank yet; `amount` in its minor units."""

    currency: str
    payout_count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The exceptions that nobody explained yet; `since` is when the oldest began, None of none."""

    exception_count: int
    since: datetime | None


def payouts_coming(entity: LegalEntity) -> Sequence[PayoutsComing]:
    """Return what is on its way to the bank, by currency."""
    sums = (
        Payout.objects.filter(entity=entity, status__in=COMING)
        .order_by("currency")
        .values_list("currency")
        .annotate(Count("id"), Sum("amount"))
    )
    return [PayoutsComing(*row) for row in sums]


def queue_of(entity: LegalEntity, *, now: datetime) -> Queue:
    """Count the queue; its oldest row comes first."""
    rows = exceptions(entity, now=now)
    return Queue(len(rows), rows[0].since if rows else None)
