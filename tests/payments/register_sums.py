"""What the gift register comes to by its sums, compared with what its rows add up to."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from payments.finance.register_sums.queries import register_groups
from payments.finance.selections import GiftSelection
from payments.models import LegalEntity


def added_up(
    selection: GiftSelection, entity: LegalEntity, starts: Sequence[date] = (), *, is_live: bool
) -> dict[tuple[object, ...], list[int]]:
    """Return the figures of each stretch, kind and currencies; those that are all nothing are left out."""
    sums: dict[tuple[object, ...], Counter[int]] = {}
    for group in register_groups(
        selection, entity, starts=starts, with_clearing=True, is_live=is_live
    ):
        key, figures = group[:5], group[5:]
        sums.setdefault(key, Counter()).update(dict(enumerate(figures)))
    return {
        key: [total[place] for place in range(10)]
        for key, total in sums.items()
        if any(total.values())
    }


def assert_sums_are_the_rows(
    entity: LegalEntity,
    first: date | None = None,
    last: date | None = None,
    *,
    currency: str = "",
    starts: Sequence[date] = (),
) -> None:
    selection = GiftSelection(entity.slug, first, last, currency)
    kept = added_up(selection, entity, starts, is_live=False)
    assert kept == added_up(selection, entity, starts, is_live=True)
