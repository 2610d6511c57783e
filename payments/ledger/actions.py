"""Writes of the books: one balanced posting for each line of Stripe's own ledger."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from payments.donations.models import Donation, Payment, Refund
from payments.entities.models import LegalEntity
from payments.errors import LedgerUnbalanced
from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.lines import GiftShare, Line, is_suspense, lines_of
from payments.ledger.models import BalanceTransaction, LedgerEntry, LedgerPosting
from payments.periods import civil_date

logger = logging.getLogger(__name__)


@transaction.atomic
def book_balance_transaction(
    snapshot: BalanceTransactionSnapshot,
    *,
    payment: Payment | None = None,
    refund: Refund | None = None,
    now: datetime,
) -> LedgerPosting:
    """Book one balance transaction and return its posting, the one there is if it was booked before.

    Safe to repeat and to race: the unique key on Stripe's id decides, and the loser returns the winner's posting. What
    has no rule or no gift goes to suspense with a warning. `payment` or `refund` is what it moved money for; without
    either, the charge or refund that Stripe names as its source is looked for.
    """
    booked = LedgerPosting.objects.filter(balance_transaction__stripe_id=snapshot.id).first()
    if booked is not None:
        return booked
    if payment is None and refund is None:
        payment, refund = _source(snapshot.source_id)
    if refund is not None:
        payment = refund.payment
    try:
        with transaction.atomic():
            return _write(snapshot, payment, refund, now=now)
    except IntegrityError:
        # Lost the race, or a bug: then there is no posting either, and this is loud.
        posting = LedgerPosting.objects.filter(balance_transaction__stripe_id=snapshot.id).first()
        if posting is None:
            raise
        return posting


def _source(source_id: str) -> tuple[Payment | None, Refund | None]:
    refund = Refund.objects.filter(stripe_id=source_id).first()
    if refund is not None:
        return refund.payment, refund
    return Payment.objects.filter(stripe_charge_id=source_id).first(), None


def _write(
    snapshot: BalanceTransactionSnapshot,
    payment: Payment | None,
    refund: Refund | None,
    *,
    now: datetime,
) -> LedgerPosting:
    donation = payment.donation if payment is not None else None
    # Money that belongs to no gift is the entity's whose Stripe account this is: the first one set up.
    entity = donation.entity if donation is not None else LegalEntity.objects.earliest("id")
    lines = lines_of(snapshot, _share(payment, donation))
    _refuse_unbalanced(snapshot, lines)
    if is_suspense(lines):
        logger.warning("%s (%s) is booked to suspense.", snapshot.id, snapshot.reporting_category)
    balance_transaction = BalanceTransaction.objects.create(
        entity=entity,
        stripe_id=snapshot.id,
        type=snapshot.type,
        reporting_category=snapshot.reporting_category,
        source_id=snapshot.source_id,
        payment=payment,
        refund=refund,
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
    posting = LedgerPosting(
        entity=entity,
        balance_transaction=balance_transaction,
        description=f"Stripe {snapshot.reporting_category} {snapshot.source_id or snapshot.id}"[
            :200
        ],
        accounting_on=civil_date(snapshot.created_at, entity.time_zone),
        posted_at=now,
    )
    # The lines go first: the database sums them when the posting arrives and takes none afterwards.
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            posting_id=posting.pk,
            account=line.account,
            gift_class=line.gift_class,
            fund_id=line.fund_id,
            detail=line.detail,
            currency=snapshot.currency,
            amount=line.amount,
        )
        for line in lines
    )
    posting.save(force_insert=True)
    return posting


def _share(payment: Payment | None, donation: Donation | None) -> GiftShare | None:
    if payment is None or donation is None:
        return None
    return GiftShare(
        gift_class=donation.frequency,
        fund_id=donation.fund_id,
        total=donation.amount + donation.fee_cover,
        fee_cover=donation.fee_cover,
    )


def _refuse_unbalanced(snapshot: BalanceTransactionSnapshot, lines: list[Line]) -> None:
    if len(lines) < 2 or sum(line.amount for line in lines) != 0:
        raise LedgerUnbalanced(f"The lines of {snapshot.id} do not make a balanced posting.")
