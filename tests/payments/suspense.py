"""A line of Stripe's that nobody has said what it is."""

from itertools import count

from django.utils import timezone

from payments.ledger.actions import book_balance_transaction
from tests.payments.snapshots import a_balance_transaction

_numbers = count(1)


def a_line_in_suspense(amount: int = 4321, *, category: str = "topup") -> str:
    """Book a line of a category that is held in suspense; returns Stripe's id of it."""
    stripe_id = f"txn_unknown_{next(_numbers)}"
    line = a_balance_transaction(stripe_id, amount, fee=0, category=category, source="tu_unknown")
    book_balance_transaction(line, now=timezone.now())
    return stripe_id
