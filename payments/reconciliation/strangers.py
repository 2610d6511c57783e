"""Which lines of Stripe's ledger should name a gift and do not."""

from collections.abc import Collection

from payments.donations.models import Dispute, Payment, Refund
from payments.ledger.models import BalanceTransaction
from payments.reconciliation.models import Payout

# The categories of lines behind which there is always a charge; fees, reserves and payouts have none.
_OF_GIFTS = (
    "charge",
    "refund",
    "payment_refund",
    "refund_failure",
    "partial_capture_reversal",
    "charge_failure",
    "payment_failure_refund",
    "dispute",
    "dispute_reversal",
)


def must_name_a_gift(category: str) -> bool:
    """Say whether a line of this reporting category moved a reader's money."""
    return category in _OF_GIFTS


def known_sources(source_ids: Collection[str]) -> set[str]:
    """Return those ids of charges, refunds and disputes that are on the books."""
    charges = Payment.objects.filter(stripe_charge_id__in=source_ids)
    refunds = Refund.objects.filter(stripe_id__in=source_ids)
    disputes = Dispute.objects.filter(stripe_id__in=source_ids)
    return {
        *(each for each in charges.values_list("stripe_charge_id", flat=True) if each),
        *refunds.values_list("stripe_id", flat=True),
        *disputes.values_list("stripe_id", flat=True),
    }


def strangers_in(payout: Payout) -> list[str]:
    """Return the sources of a payout's lines that should name a gift and name none of ours, in order."""
    nameless = (
        BalanceTransaction.objects.filter(payout_item__payout=payout)
        .filter(payment__isnull=True, reporting_category__in=_OF_GIFTS)
        .order_by("created_at", "id")
        .values_list("source_id", "stripe_id")
    )
    named = dict(nameless)
    known = known_sources(named)
    return [source or line for source, line in named.items() if source not in known]
