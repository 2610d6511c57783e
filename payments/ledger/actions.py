"""Writes of the books: one balanced posting for each line of Stripe's own ledger."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from payments.donations.changes import note_changes
from payments.donations.models import Dispute, Payment, Refund
from payments.entities.models import LegalEntity
from payments.errors import LedgerUnbalanced
from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.dates import BookingDays, booking_days
from payments.ledger.lines import Line, is_suspense, lines_of
from payments.ledger.marks import hold_payments, mark_booked
from payments.ledger.models import BalanceTransaction, LedgerEntry, LedgerPosting
from payments.ledger.movements import Movement, completed, share_of
from payments.ledger.reporting import record_reporting_amounts
from payments.ledger.sums.actions import forget_sums

__all__ = ["Movement", "book_balance_transaction", "book_movements"]

logger = logging.getLogger(__name__)

# So many at once are booked nearly as fast as any more would be, and fit every engine's limit of parameters.
_CHUNK = 1000


def book_balance_transaction(
    snapshot: BalanceTransactionSnapshot,
    *,
    payment: Payment | None = None,
    refund: Refund | None = None,
    dispute: Dispute | None = None,
    now: datetime,
) -> LedgerPosting:
    """Book one balance transaction, as `book_movements` does, and return its posting."""
    return book_movements([Movement(snapshot, payment, refund, dispute)], now=now)[snapshot.id]


@transaction.atomic
def book_movements(movements: Collection[Movement], *, now: datetime) -> dict[str, LedgerPosting]:
    """Book lines of Stripe's ledger; returns their postings by Stripe's id, those booked before included.

    Safe to repeat and to race: the unique key on Stripe's id decides, and the loser returns the winner's posting. What
    has no rule or no gift goes to suspense with an alarm. Where a movement names no owner, the charge, refund or
    dispute that Stripe names as its source is looked for. Raises LedgerUnbalanced for a line that moves nothing.
    """
    rows = list({each.snapshot.id: each for each in movements}.values())
    postings: dict[str, LedgerPosting] = {}
    new: list[Movement] = []
    for chunk in _chunks(rows):
        postings |= _booked(chunk)
        new += completed(each for each in chunk if each.snapshot.id not in postings)
    hold_payments(new)
    for chunk in _chunks(new):
        postings |= _book(chunk, now)
    mark_booked([*rows, *new], [each.balance_transaction for each in postings.values()])
    return postings


def _chunks(movements: Sequence[Movement]) -> Iterator[Sequence[Movement]]:
    for start in range(0, len(movements), _CHUNK):
        yield movements[start : start + _CHUNK]


def _book(movements: Collection[Movement], now: datetime) -> dict[str, LedgerPosting]:
    # Looked for again, because whoever held a payment until now may have booked its line.
    postings = _booked(movements)
    new = [each for each in movements if each.snapshot.id not in postings]
    if not new:
        return postings
    try:
        with transaction.atomic():
            return postings | _write(new, now=now)
    except IntegrityError:
        # Lost the race, or a bug: then the line is not booked when it is alone either, and this is loud.
        if len(new) == 1 and not _booked(new):
            raise
    for each in new:
        postings |= _book([each], now)
    return postings


def _booked(movements: Iterable[Movement]) -> dict[str, LedgerPosting]:
    postings = LedgerPosting.objects.select_related("balance_transaction").filter(
        balance_transaction__stripe_id__in=[each.snapshot.id for each in movements]
    )
    return {
        posting.balance_transaction.stripe_id: posting
        for posting in postings
        if posting.balance_transaction
    }


def _write(movements: Collection[Movement], *, now: datetime) -> dict[str, LedgerPosting]:
    # Money that belongs to no gift is the entity's whose Stripe account this is: the first one set up.
    own = LegalEntity.objects.earliest("id") if any(not m.payment for m in movements) else None
    rows = {each.snapshot.id: _row(each, own) for each in movements}
    BalanceTransaction.objects.bulk_create(rows.values())
    # Asked once for all of an entity's lines, in one order for every worker.
    entities = sorted({row.entity for row in rows.values()}, key=lambda entity: entity.pk)
    days = {entity.pk: booking_days(entity) for entity in entities}
    postings = {
        stripe_id: _posting(row, days[row.entity_id], now) for stripe_id, row in rows.items()
    }
    # The lines go first: the database sums them when a posting arrives and takes none afterwards.
    LedgerEntry.objects.bulk_create(
        entry_of(line, postings[each.snapshot.id], each.snapshot.currency)
        for each in movements
        for line in _balanced_lines(each)
    )
    LedgerPosting.objects.bulk_create(postings.values())
    forget_sums(lines=rows.values(), postings=postings.values())
    note_changes(row.payment_id for row in rows.values() if row.payment_id)
    record_reporting_amounts(postings.values(), now=now)
    return postings


def entry_of(line: Line, posting: LedgerPosting, currency: str) -> LedgerEntry:
    """Prepare the row of a line."""
    return LedgerEntry(
        posting_id=posting.pk,
        account=line.account,
        gift_class=line.gift_class,
        fund_id=line.fund_id,
        detail=line.detail,
        currency=currency,
        amount=line.amount,
    )


def _posting(row: BalanceTransaction, booking: BookingDays, now: datetime) -> LedgerPosting:
    days = booking.of(row.created_at)
    return LedgerPosting(
        entity=row.entity,
        balance_transaction=row,
        description=f"Stripe {row.reporting_category} {row.source_id or row.stripe_id}"[:200],
        accounting_on=days.accounting_on,
        original_on=days.original_on,
        posted_at=now,
    )


def _row(movement: Movement, own: LegalEntity | None) -> BalanceTransaction:
    snapshot, payment = movement.snapshot, movement.payment
    entity = payment.donation.entity if payment else own
    assert entity is not None  # noqa: S101  the caller looked for it where any movement has no gift
    return BalanceTransaction(
        entity=entity,
        stripe_id=snapshot.id,
        type=snapshot.type,
        reporting_category=snapshot.reporting_category,
        source_id=snapshot.source_id,
        payment=payment,
        refund=movement.refund,
        dispute=movement.dispute,
        currency=snapshot.currency,
        amount=snapshot.amount,
        fee=snapshot.fee,
        net=snapshot.net,
        fee_details=[
            {"type": fee.type, "amount": fee.amount, "currency": fee.currency}
            for fee in snapshot.fee_lines
        ],
        exchange_rate=snapshot.exchange_rate,
        created_at=snapshot.created_at,
        available_on=snapshot.available_on,
    )


def _balanced_lines(movement: Movement) -> list[Line]:
    snapshot = movement.snapshot
    lines = lines_of(
        snapshot, share_of(movement.payment), is_of_dispute=movement.dispute is not None
    )
    if len(lines) < 2 or sum(line.amount for line in lines) != 0:
        raise LedgerUnbalanced(f"The lines of {snapshot.id} do not make a balanced posting.")
    if is_suspense(lines):
        # An error, so that somebody is called: it keeps its month from being closed until it is explained.
        logger.error("%s (%s) is booked to suspense.", snapshot.id, snapshot.reporting_category)
    return lines
