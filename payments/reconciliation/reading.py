"""Read the lines of payouts from Stripe, page by page, book them, and judge the payout when the last one is read.

Each batch of pages is fetched outside any transaction and written in one of its own with the place to go on from, so
that a payout of any size is read in bounded memory, and a worker that dies loses one batch.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateway.balance import fetch_balance_transaction
from payments.gateway.payouts import fetch_lines_of_payout, fetch_payout
from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.actions import Movement, book_movements
from payments.ledger.models import BalanceTransaction
from payments.reconciliation.actions import attach_lines, conclude, record_payouts
from payments.reconciliation.models import Payout
from payments.reconciliation.providers import find_gifts
from payments.reconciliation.queries import payout_difference, payouts_retried_by
from payments.reconciliation.strangers import known_sources, must_name_a_gift, strangers_in
from payments.reconciliation.verdicts import Evidence, verdict_on

logger = logging.getLogger(__name__)

# Longer than fetching and writing a batch may take.
_LEASE = timedelta(minutes=5)
_PAGES = 10
_REFUSED_REST = timedelta(hours=1)
_UNREACHED_REST = timedelta(minutes=1)
_RETURNED = "payout_reversal"


def read_due_payout(*, now: datetime) -> bool:
    """Read one batch of lines of the payout that is due longest; False when none is due or Stripe is out of reach.

    Calls Stripe, so it cannot run in a transaction. One that Stripe refuses to show rests, and stops nobody.
    """
    payout = _claim(now)
    if payout is None:
        return False
    return _read(payout, now)


def read_payout(payout_id: int, *, now: datetime) -> None:
    """Read one payout to its end at once, unless somebody else is reading it."""
    while payout := _claim(now, pk=payout_id):
        if not _read(payout, now):
            return


def _read(payout: Payout, now: datetime) -> bool:
    """Read one batch of a claimed payout; False when Stripe is out of reach."""
    try:
        is_done = _read_batch(payout, now) and _read_own_lines(payout, now)
    except GatewayUnavailable as error:
        logger.warning("Stripe is out of reach (%s); payout %s waits.", error, payout)
        _release(payout, due_at=now + _UNREACHED_REST)
        return False
    except GatewayRefused:
        logger.exception("Stripe refuses to show the lines of payout %s.", payout)
        _release(payout, due_at=now + _REFUSED_REST)
        return True
    if is_done:
        conclude(payout.pk, verdict_on(evidence_of(payout)), now=now)
    _release(payout, due_at=None if is_done else now)
    return True


@transaction.atomic
def _claim(now: datetime, **which: int) -> Payout | None:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    payout = (
        Payout.objects.filter(free, due_at__lte=now, **which)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        .first()
    )
    if payout is not None:
        payout.claimed_until = now + _LEASE
        payout.save(update_fields=["claimed_until"])
    return payout


def _release(payout: Payout, *, due_at: datetime | None) -> None:
    """Give the claim back; a payout that changed meanwhile stays due at once."""
    unchanged = Payout.objects.filter(pk=payout.pk, changed_at=payout.changed_at)
    unchanged.update(due_at=due_at)
    Payout.objects.filter(pk=payout.pk, claimed_until=payout.claimed_until).update(
        claimed_until=None
    )


def _read_batch(payout: Payout, now: datetime) -> bool:
    """Fetch and write the next pages; says whether that was all there is to read of the payout's lines."""
    if not (payout.is_automatic and payout.has_complete_lines) or payout.lines_read_at:
        return True
    lines: list[BalanceTransactionSnapshot] = []
    is_last, after = False, payout.read_after
    for _ in range(_PAGES):
        page = fetch_lines_of_payout(payout.stripe_id, after=after)
        lines.extend(page.lines)
        is_last, after = page.is_last, page.lines[-1].id if page.lines else after
        if is_last:
            break
    _find_what_is_missing(lines, payout, now)
    with transaction.atomic():
        book_movements([Movement(line) for line in lines], now=now)
        attach_lines(payout, [line.id for line in lines], now=now)
        payout.read_after, payout.lines_read_at = after, now if is_last else None
        payout.save(update_fields=["read_after", "lines_read_at"])
    return is_last


def _find_what_is_missing(
    lines: list[BalanceTransactionSnapshot], payout: Payout, now: datetime
) -> None:
    """Have the gifts and payouts recorded that lines name and the books do not, before the lines are booked."""
    sources = {line.source_id for line in lines if must_name_a_gift(line.reporting_category)}
    unknown = sorted(sources - known_sources(sources) - {""})
    find_gifts(unknown, cause=f"payout {payout}", now=now)
    returned = {line.source_id for line in lines if line.reporting_category == _RETURNED}
    known = Payout.objects.filter(stripe_id__in=returned).values_list("stripe_id", flat=True)
    for payout_id in sorted(returned - set(known) - {""}):
        record_payouts([fetch_payout(payout_id)], now=now)


def _read_own_lines(payout: Payout, now: datetime) -> bool:
    """Book the line with which the money left, and the one with which it came back, where nothing brought them."""
    own = [each for each in (payout.line_id, payout.return_line_id) if each]
    booked = BalanceTransaction.objects.filter(stripe_id__in=own).values_list(
        "stripe_id", flat=True
    )
    missing = [fetch_balance_transaction(each) for each in own if each not in set(booked)]
    book_movements([Movement(line) for line in missing], now=now)
    return True


def evidence_of(payout: Payout) -> Evidence:
    """Gather what is known of a payout."""
    sums = payout_difference(payout)
    returned = (
        payout.items.filter(balance_transaction__reporting_category=_RETURNED)
        .order_by("id")
        .values_list("balance_transaction__source_id", flat=True)
    )
    retried = [each.stripe_id for each in payouts_retried_by(payout)]
    known = set(Payout.objects.filter(stripe_id__in=returned).values_list("stripe_id", flat=True))
    return Evidence(
        currency=payout.currency,
        amount=payout.amount,
        net=sums.net,
        line_count=sums.line_count,
        is_automatic=payout.is_automatic,
        has_complete_lines=payout.has_complete_lines,
        is_read=payout.lines_read_at is not None,
        strangers=strangers_in(payout),
        retried=retried,
        lost=[each for each in returned if each not in known],
    )
