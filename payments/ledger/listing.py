"""Book every line of Stripe's ledger, whether or not an event told of it: fees, reserves, payouts, adjustments."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from payments.donations.actions import record_payment
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateway.balance import list_balance_transactions
from payments.gateway.payments import fetch_payment
from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.actions import book_movements
from payments.ledger.lines import needs_gift
from payments.ledger.models import BalanceListing, BalanceTransaction
from payments.ledger.movements import Movement, completed
from payments.ledger.unbooked import RETURNED

logger = logging.getLogger(__name__)

# Stripe's clock stamps a line some time before it shows in the list.
_OVERLAP = timedelta(minutes=1)
# The gift's own event comes first, nearly always.
_GRACE = timedelta(minutes=10)
# So long a line waits for its gift; then it goes to suspense, and finance is told.
_PATIENCE = timedelta(hours=24)
_FIRST_LOOK = timedelta(days=35)


def book_listed(*, now: datetime) -> int:
    """Book what Stripe lists since the last time and we have not; returns how many lines were new.

    A line whose gift is not on the books is left for a day, and looked at again each time. Calls Stripe, so it cannot
    run in a transaction; when Stripe is out of reach the next sweep goes on.
    """
    listing = BalanceListing.objects.filter(pk=BalanceListing.ONLY).first()
    since = listing.booked_until - _OVERLAP if listing else now - _FIRST_LOOK
    until, booked = now - _GRACE, 0
    booked_until = until
    try:
        for page in list_balance_transactions(since=since, until=until):
            ready, waiting = _sorted(page, now)
            _record_returns(ready, now)
            booked += len(book_movements(ready, now=now))
            booked_until = min([booked_until, *(each.snapshot.created_at for each in waiting)])
    except (GatewayUnavailable, GatewayRefused) as error:
        logger.warning("Stripe does not list its ledger (%s); the next sweep goes on.", error)
        return booked
    BalanceListing.objects.update_or_create(
        pk=BalanceListing.ONLY, defaults={"booked_until": booked_until}
    )
    if booked:
        logger.info("Lines of Stripe's ledger that no event brought: %d.", booked)
    return booked


def _record_returns(movements: Collection[Movement], now: datetime) -> None:
    """Have payments say that their bank took a debit back, before the books do: no event of it may have come."""
    for each in movements:
        payment, category = each.payment, each.snapshot.reporting_category
        if payment and category in RETURNED and payment.returned_at is None:
            record_payment(fetch_payment(payment.stripe_id), cause="sweep", now=now)


def _sorted(
    page: Collection[BalanceTransactionSnapshot], now: datetime
) -> tuple[list[Movement], list[Movement]]:
    """Divide the lines that are not booked into those that can be and those that wait for their gift."""
    known = set(
        BalanceTransaction.objects.filter(stripe_id__in=[line.id for line in page]).values_list(
            "stripe_id", flat=True
        )
    )
    new = completed(Movement(line) for line in page if line.id not in known)
    waiting = [
        each
        for each in new
        if needs_gift(each.snapshot)
        and each.payment is None
        and each.snapshot.created_at > now - _PATIENCE
    ]
    return [each for each in new if each not in waiting], waiting
