"""Take lines out of suspense by themselves, once the gift that they moved money of is on the books."""

import logging
from datetime import datetime

from django.db import transaction

from payments.donations.changes import note_changes
from payments.gateway.snapshots import BalanceTransactionSnapshot, FeeLine
from payments.ledger.accounts import LedgerAccount
from payments.ledger.corrections import correct, lines_in, locked, negated, netted
from payments.ledger.lines import gift_categories, lines_of
from payments.ledger.marks import hold_payments, mark_booked
from payments.ledger.models import BalanceTransaction, LedgerPosting
from payments.ledger.movements import Movement, completed, share_of

logger = logging.getLogger(__name__)

_BATCH = 500


def explain_known_gifts(*, now: datetime) -> int:
    """Correct the postings in suspense whose gift has become known; returns how many."""
    waiting = (
        BalanceTransaction.objects.filter(
            posting__entries__account=LedgerAccount.SUSPENSE,
            posting__corrections=None,
            reporting_category__in=gift_categories(),
        )
        .exclude(source_id="")
        .distinct()
        .order_by("-id")[:_BATCH]
    )
    movements = completed(Movement(_snapshot_of(row)) for row in waiting)
    found = [each for each in movements if each.payment]
    return sum(_explain(each, now) for each in found)


@transaction.atomic
def _explain(movement: Movement, now: datetime) -> bool:
    line_id = movement.snapshot.id
    hold_payments([movement])
    posting = locked(LedgerPosting.objects.get(balance_transaction__stripe_id=line_id).pk)
    payment, lines = movement.payment, lines_in(posting)
    if payment is None or not any(line.account is LedgerAccount.SUSPENSE for line in lines):
        return False
    if payment.donation.entity_id != posting.entity_id:
        logger.warning("%s belongs to a gift to another entity; it stays in suspense.", line_id)
        return False
    line = BalanceTransaction.objects.get(stripe_id=line_id)
    line.payment, line.refund, line.dispute = payment, movement.refund, movement.dispute
    line.save(update_fields=["payment", "refund", "dispute"])
    note_changes([payment.pk])
    mark_booked([movement], [line])
    right = lines_of(movement.snapshot, share_of(payment))
    correct(posting, netted([*right, *negated(lines)]), reason="Its gift became known.", now=now)
    return True


def _snapshot_of(row: BalanceTransaction) -> BalanceTransactionSnapshot:
    return BalanceTransactionSnapshot(
        id=row.stripe_id,
        type=row.type,
        reporting_category=row.reporting_category,
        source_id=row.source_id,
        amount=row.amount,
        fee=row.fee,
        net=row.net,
        currency=row.currency,
        fee_lines=tuple(FeeLine(**fee) for fee in row.fee_details),
        exchange_rate=row.exchange_rate,
        created_at=row.created_at,
        available_on=row.available_on,
    )
