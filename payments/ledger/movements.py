"""Lines of Stripe's ledger, and whose money each of them moved."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from payments.donations.models import Dispute, Payment, Refund
from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.lines import GiftShare
from payments.ledger.models import BalanceTransaction

_GIFT = "donation__entity"


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of Stripe's ledger, and the payment, refund or dispute that it moved money for where that is known."""

    snapshot: BalanceTransactionSnapshot
    payment: Payment | None = None
    refund: Refund | None = None
    dispute: Dispute | None = None


def completed(movements: Iterable[Movement]) -> list[Movement]:
    """Say of each line whose money it moved, by what Stripe names as its source; the same few queries for any number.

    A source is a refund, a dispute or a charge. A charge that a later one of the same payment took the place of is
    still known by the line that was booked for it.
    """
    movements = [_with_payment(each) for each in movements]
    unknown = {each.snapshot.source_id for each in movements if each.payment is None} - {""}
    if not unknown:
        return movements
    owners = _owners(unknown)
    return [
        _owned(each, owners.get(each.snapshot.source_id)) if each.payment is None else each
        for each in movements
    ]


def share_of(payment: Payment | None) -> GiftShare | None:
    """Return how the gift that a payment collected is booked; None without a payment."""
    if payment is None:
        return None
    donation = payment.donation
    return GiftShare(
        gift_class=donation.frequency,
        fund_id=donation.fund_id,
        total=donation.amount + donation.fee_cover,
        fee_cover=donation.fee_cover,
    )


def _with_payment(movement: Movement) -> Movement:
    owner = movement.refund or movement.dispute
    return movement if owner is None else replace(movement, payment=owner.payment)


@dataclass(frozen=True, slots=True)
class _Owner:
    payment: Payment | None
    refund: Refund | None = None
    dispute: Dispute | None = None


def _owned(movement: Movement, owner: _Owner | None) -> Movement:
    if owner is None:
        return movement
    return replace(movement, payment=owner.payment, refund=owner.refund, dispute=owner.dispute)


def _owners(source_ids: Collection[str]) -> dict[str, _Owner]:
    """Find the owners by their own ids, and by the lines that are booked already."""
    lines = (
        BalanceTransaction.objects.filter(source_id__in=source_ids, payment__isnull=False)
        .select_related(f"payment__{_GIFT}", "refund", "dispute")
        .order_by("id")
    )
    payments = Payment.objects.filter(stripe_charge_id__in=source_ids).select_related(_GIFT)
    refunds = Refund.objects.filter(stripe_id__in=source_ids)
    disputes = Dispute.objects.filter(stripe_id__in=source_ids)
    return {
        **{line.source_id: _Owner(line.payment, line.refund, line.dispute) for line in lines},
        **{payment.stripe_charge_id or "": _Owner(payment) for payment in payments},
        **{
            refund.stripe_id: _Owner(refund.payment, refund=refund)
            for refund in refunds.select_related(f"payment__{_GIFT}")
        },
        **{
            dispute.stripe_id: _Owner(dispute.payment, dispute=dispute)
            for dispute in disputes.select_related(f"payment__{_GIFT}")
        },
    }
