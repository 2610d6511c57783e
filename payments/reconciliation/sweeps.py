"""Look at Stripe's own list of payouts and at its balance, whether or not an event told of them."""

from datetime import datetime, timedelta

from payments.entities.models import LegalEntity
from payments.gateway.listings import list_payouts
from payments.gateway.payouts import fetch_balances
from payments.periods import civil_date
from payments.reconciliation.actions import record_balances, record_payouts
from payments.reconciliation.models import Payout, ReconciliationState, StripeBalance

# A payout can fail weeks after it seemed paid; Stripe's own retries end sooner.
_LOOK_BACK = timedelta(days=35)


def sweep_payouts(*, now: datetime) -> int:
    """Record Stripe's payouts of the last weeks and have those looked at again that are not reconciled.

    Returns how many were new or changed. Calls Stripe, so it cannot run in a transaction.
    """
    before = Payout.objects.filter(changed_at=now).count()
    for page in list_payouts(since=now - _LOOK_BACK, until=now + timedelta(seconds=1)):
        record_payouts(page, now=now)
    Payout.objects.filter(
        state__in=[ReconciliationState.OPEN, ReconciliationState.EXCEPTION], due_at=None
    ).update(due_at=now)
    return Payout.objects.filter(changed_at=now).count() - before


def take_balance(*, now: datetime) -> int:
    """Keep what Stripe holds for us, once a day; returns in how many currencies. Calls Stripe."""
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        return 0
    today = civil_date(now, entity.time_zone)
    if StripeBalance.objects.filter(entity=entity, taken_on=today).exists():
        return 0
    return record_balances(fetch_balances(), now=now)
