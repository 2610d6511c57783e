"""What a line of Stripe's left in suspense, and how it was taken out of there."""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.ledger.accounts import LedgerAccount
from payments.ledger.corrections import lines_in
from payments.ledger.models import BalanceTransaction, LedgerPosting


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line of Stripe's that is or was in suspense.

    `held` is what suspense holds of it in minor units of its currency, a debit positive: nothing once it is explained.
    """

    line: BalanceTransaction
    posting: LedgerPosting
    held: int
    corrections: Sequence[LedgerPosting]


def held_line(stripe_id: str) -> HeldLine | None:
    """Return a line that was booked to suspense, None where no such line was."""
    posting = (
        LedgerPosting.objects.select_related("balance_transaction", "entity")
        .filter(balance_transaction__stripe_id=stripe_id, entries__account=LedgerAccount.SUSPENSE)
        .first()
    )
    if posting is None or posting.balance_transaction is None:
        return None
    held = (line for line in lines_in(posting) if line.account is LedgerAccount.SUSPENSE)
    corrections = posting.corrections.select_related("posted_by").prefetch_related("entries")
    return HeldLine(
        posting.balance_transaction,
        posting,
        sum(line.amount for line in held),
        tuple(corrections.order_by("posted_at", "id")),
    )
