"""What each balance transaction comes to in its entity's own currency: worked out once, then frozen.

It waits until the rates of its day are final, which they are when that day or a later one has been published. So the
amount does not depend on when it was worked out, and a weekend's waits for the Monday.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from payments.donations.changes import note_changes
from payments.ledger.models import (
    BalanceTransaction,
    LedgerPosting,
    ReportingAmount,
    WaitingAmount,
)
from payments.ledger.rates import Rate, RateTable, converted, rates_known_until

logger = logging.getLogger(__name__)

_BATCH = 1000


def record_reporting_amounts(postings: Collection[LedgerPosting], *, now: datetime) -> int:
    """Freeze the reporting amounts of these postings' balance transactions as far as rates are final; says how many.

    The others are noted as waiting. Safe to repeat and to race: what is there stays.
    """
    abroad = [each for each in postings if _currencies(each)[0] != _currencies(each)[1]]
    final_until = rates_known_until() if abroad else None
    days = [each.original_on for each in postings]
    currencies = {currency for each in abroad for currency in _currencies(each)}
    table = RateTable(currencies if final_until else (), min(days), max(days)) if days else None
    rates = {
        posting.pk: rate
        for posting in postings
        if table and (rate := _final_rate(posting, table, final_until))
    }
    ReportingAmount.objects.bulk_create(
        [_reporting_amount(each, rates[each.pk], now) for each in postings if each.pk in rates],
        ignore_conflicts=True,
    )
    waiting = [WaitingAmount(posting=each) for each in postings if each.pk not in rates]
    WaitingAmount.objects.bulk_create(waiting, ignore_conflicts=True)
    return len(rates)


def record_waiting_amounts(*, now: datetime) -> int:
    """Freeze what waited for its rates, batch by batch; returns how many were recorded."""
    recorded, last_id = 0, 0
    while batch := _waiting(last_id):
        with transaction.atomic():
            recorded += record_reporting_amounts(batch, now=now)
            note_changes(id_ for each in batch if (id_ := _booked(each).payment_id))
            _forget(batch)
        last_id = batch[-1].balance_transaction_id or 0
    return recorded


def _forget(postings: Collection[LedgerPosting]) -> None:
    """Take the note from those whose amounts are there."""
    WaitingAmount.objects.filter(
        posting__in=[each.pk for each in postings],
        posting__balance_transaction__reporting__isnull=False,
    ).delete()


def _waiting(after_id: int) -> Sequence[LedgerPosting]:
    has_rates = Q(balance_transaction__currency=F("entity__default_currency"))
    if final_until := rates_known_until():
        has_rates |= Q(original_on__lte=final_until)
    return list(
        LedgerPosting.objects.filter(
            has_rates,
            balance_transaction__gt=after_id,
            waiting_amount__isnull=False,
        )
        .select_related("balance_transaction", "entity")
        .order_by("balance_transaction")[:_BATCH]
    )


def _final_rate(posting: LedgerPosting, table: RateTable, final_until: date | None) -> Rate | None:
    source, target = _currencies(posting)
    if source != target and (final_until is None or posting.original_on > final_until):
        return None
    return table.on(target, source, posting.original_on)


def _currencies(posting: LedgerPosting) -> tuple[str, str]:
    return _booked(posting).currency, posting.entity.default_currency


def _reporting_amount(posting: LedgerPosting, rate: Rate, now: datetime) -> ReportingAmount:
    row = _booked(posting)
    source, target = _currencies(posting)
    amount = converted(row.amount, rate=rate.rate, source=source, target=target)
    fee = converted(row.fee, rate=rate.rate, source=source, target=target)
    return ReportingAmount(
        balance_transaction=row,
        currency=target,
        amount=amount,
        fee=fee,
        net=amount - fee,
        rate=rate.rate,
        rate_on=rate.day,
        source=rate.source,
        recorded_at=now,
    )


def _booked(posting: LedgerPosting) -> BalanceTransaction:
    row = posting.balance_transaction
    assert row is not None  # noqa: S101  a correction converts nothing: it moves between accounts
    return row
