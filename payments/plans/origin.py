"""Find the checkout that a Stripe object came from, and how its total divides."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from payments.checkouts.models import Checkout
from payments.money import proportion


def lock_origins(metadatas: Iterable[Mapping[str, str]]) -> dict[UUID, Checkout]:
    """Return the checkouts that Stripe's objects name in their metadata, locked; an object of others names none.

    Every writer of a gift takes these locks before any other row's: it puts the many objects of one gift (session,
    intent, invoice, subscription), which arrive in any order and in several workers, into one line without deadlocks.
    """
    references = {reference for each in metadatas if (reference := origin_of(each))}
    if not references:
        return {}
    checkouts = (
        Checkout.objects.select_for_update(of=("self",))
        .select_related("campaign__entity")
        .filter(reference__in=references)
        .order_by("pk")
    )
    return {checkout.reference: checkout for checkout in checkouts}


def origin_of(metadata: Mapping[str, str]) -> UUID | None:
    """Return the reference of the checkout that `metadata` names, or None when it is none of ours."""
    try:
        return UUID(metadata.get("checkout", ""))
    except ValueError:
        return None


def split_total(total: int, checkout: Checkout | None) -> tuple[int, int]:
    """Divide what is charged into gift and fee cover as the payer chose at the checkout.

    A total that changed since keeps the chosen share. Only the total and the checkout decide, so that the split of a
    payment does not depend on what else arrived before it.
    """
    if checkout is None:
        return total, 0
    fee_cover = proportion(total, checkout.fee_cover, checkout.total)
    return total - fee_cover, fee_cover
