"""Writes of the books: one balanced posting for each line of Stripe's own ledger."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from payments.donations.models import Payment, Refund
from payments.entities.models import LegalEntity
from payments.errors import LedgerUnbalanced
from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.lines import GiftShare, Line, is_suspense, lines_of
from payments.ledger.models import BalanceTransaction, LedgerEntry, LedgerPosting
from payments.periods import civil_date

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of Stripe's ledger, and the payment or refund that it moved money for where that is known."""

    snapshot: BalanceTransactionSnapshot
    payment: Payment | None = None
    refund: Refund | None = None


def book_balance_transaction(
    snapshot: BalanceTransactionSnapshot,
    *,
    payment: Payment | None = None,
    refund: Refund | None = None,
    now: datetime,
) -> LedgerPosting:
    """Book one balance transaction, as `book_movements` does, and return its posting."""
    return book_movements([Movement(snapshot, payment, refund)], now=now)[snapshot.id]


@transaction.atomic
def book_movements(movements: Collection[Movement], *, now: datetime) -> dict[str, LedgerPosting]:
    """Book lines of Stripe's ledger; returns their postings, the ones there are for lines booked before.

    Safe to repeat and to race: the unique key on Stripe's id decides, and the loser returns the winner's posting. What
    has no rule or no gift goes to suspense with a warning. Where a movement names neither payment nor refund, the
    charge or refund that Stripe names as its source is looked for.
    """
    postings = _booked(movements)
    new = {each.snapshot.id: each for each in movements if each.snapshot.id not in postings}
    try:
        with transaction.atomic():
            return postings | _write([_completed(each) for each in new.values()], now=now)
    except IntegrityError:
        # Lost the race, or a bug: then the line is not booked when it is alone either, and this is loud.
        if len(new) == 1 and not _booked(new.values()):
            raise
    for each in new.values():
        postings |= book_movements([each], now=now)
    return postings


def _booked(movements: Iterable[Movement]) -> dict[str, LedgerPosting]:
    postings = LedgerPosting.objects.select_related("balance_transaction").filter(
        balance_transaction__stripe_id__in=[each.snapshot.id for each in movements]
    )
    return {posting.balance_transaction.stripe_id: posting for posting in postings}


def _completed(movement: Movement) -> Movement:
    if movement.refund is not None:
        return replace(movement, payment=movement.refund.payment)
    if movement.payment is not None:
        return movement
    source_id = movement.snapshot.source_id
    refund = Refund.objects.filter(stripe_id=source_id).first()
    if refund is not None:
        return replace(movement, payment=refund.payment, refund=refund)
    payment = Payment.objects.filter(stripe_charge_id=source_id).first()
    return replace(movement, payment=payment)


def _write(movements: Collection[Movement], *, now: datetime) -> dict[str, LedgerPosting]:
    rows = {each.snapshot.id: _row(each) for each in movements}
    BalanceTransaction.objects.bulk_create(rows.values())
    postings = {
        stripe_id: LedgerPosting(
            entity=row.entity,
            balance_transaction=row,
            description=f"Stripe {row.reporting_category} {row.source_id or stripe_id}"[:200],
            accounting_on=civil_date(row.created_at, row.entity.time_zone),
            posted_at=now,
        )
        for stripe_id, row in rows.items()
    }
    # The lines go first: the database sums them when a posting arrives and takes none afterwards.
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            posting_id=postings[each.snapshot.id].pk,
            account=line.account,
            gift_class=line.gift_class,
            fund_id=line.fund_id,
            detail=line.detail,
            currency=each.snapshot.currency,
            amount=line.amount,
        )
        for each in movements
        for line in _balanced_lines(each)
    )
    LedgerPosting.objects.bulk_create(postings.values())
    return postings


def _row(movement: Movement) -> BalanceTransaction:
    snapshot, payment = movement.snapshot, movement.payment
    return BalanceTransaction(
        # Money that belongs to no gift is the entity's whose Stripe account this is: the first one set up.
        entity=payment.donation.entity if payment else LegalEntity.objects.earliest("id"),
        stripe_id=snapshot.id,
        type=snapshot.type,
        reporting_category=snapshot.reporting_category,
        source_id=snapshot.source_id,
        payment=payment,
        refund=movement.refund,
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
    lines = lines_of(snapshot, _share(movement.payment))
    if len(lines) < 2 or sum(line.amount for line in lines) != 0:
        raise LedgerUnbalanced(f"The lines of {snapshot.id} do not make a balanced posting.")
    if is_suspense(lines):
        logger.warning("%s (%s) is booked to suspense.", snapshot.id, snapshot.reporting_category)
    return lines


def _share(payment: Payment | None) -> GiftShare | None:
    if payment is None:
        return None
    donation = payment.donation
    return GiftShare(
        gift_class=donation.frequency,
        fund_id=donation.fund_id,
        total=donation.amount + donation.fee_cover,
        fee_cover=donation.fee_cover,
    )
