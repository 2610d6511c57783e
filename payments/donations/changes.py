"""Notes of payments that changed, for the sums that are kept of gifts."""

from collections.abc import Iterable

from payments.donations.change_models import PaymentChange


def note_changes(payment_ids: Iterable[int]) -> None:
    """Note these payments, in the transaction that changes them, what went back of them or their lines."""
    PaymentChange.objects.bulk_create(
        PaymentChange(payment_id=each) for each in sorted(set(payment_ids))
    )
