"""Find the checkout that a Stripe object came from, and how its total divides."""

from collections.abc import Mapping
from uuid import UUID

from payments.checkouts.models import Checkout
from payments.money import proportion


def lock_origin(metadata: Mapping[str, str]) -> Checkout | None:
    """Return the checkout that `metadata` names, locked, or None when the object is not ours.

    Every writer of a gift takes this lock before any other row's: it puts the many objects of one gift (session,
    intent, invoice, subscription), which arrive in any order and in several workers, into one line without deadlocks.
    """
    try:
        reference = UUID(metadata.get("checkout", ""))
    except ValueError:
        return None
    return (
        Checkout.objects.select_for_update(of=("self",))
        .select_related("campaign", "customer")
        .filter(reference=reference)
        .first()
    )


def split_total(total: int, checkout: Checkout | None) -> tuple[int, int]:
    """Divide what is charged into gift and fee cover as the payer chose at the checkout.

    A total that changed since keeps the chosen share. Only the total and the checkout decide, so that the split of a
    payment does not depend on what else arrived before it.
    """
    if checkout is None:
        return total, 0
    fee_cover = proportion(total, checkout.fee_cover, checkout.total)
    return total - fee_cover, fee_cover
