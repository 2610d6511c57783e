"""Reads of the bank's side."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from payments.reconciliation.models import BankLine, Payout

_WIDE = timedelta(days=45)
_OFFERED = 20


def candidates_for(line: BankLine) -> list[Payout]:
    """Return the payouts that an unmatched line could be by hand: equal amounts first, then the nearest days."""
    if line.payout_id is not None:
        return []
    taken = BankLine.objects.filter(payout=OuterRef("pk"), amount=line.amount)
    near = Payout.objects.filter(
        ~Exists(taken),
        currency=line.currency,
        arrival_on__range=(line.booked_on - _WIDE, line.booked_on + _WIDE),
    )
    same = list(
        near.filter(amount__in=(line.amount, -line.amount)).order_by("arrival_on")[:_OFFERED]
    )
    others = near.exclude(pk__in=[each.pk for each in same]).order_by("arrival_on", "id")[:200]
    nearest = sorted(others, key=lambda each: abs((each.arrival_on - line.booked_on).days))
    return [*same, *nearest][:_OFFERED]
