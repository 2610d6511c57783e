"""Journals as a package takes them, or what has to be mapped before there are any."""

from dataclasses import dataclass
from datetime import date

from payments.campaigns.models import Fund
from payments.entities.models import LegalEntity
from payments.finance.exportable import Watch
from payments.finance.journals.formats.base import Format
from payments.finance.journals.journal import Journal, JournalLine, Target
from payments.finance.journals.mapping import AccountMap, Category, target_of
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.sources import (
    JournalBy,
    Sums,
    sums_by,
    unreconciled_payouts,
)
from payments.ledger.models import LedgerAccount
from payments.ledger.sums.queries import EntriesMoved, entries_moved
from payments.reconciliation.models import Payout

_NOWHERE = Target("")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Journals, and what stands in their way: categories without an account, and those without a tax rate.

    `waiting` are payouts of the same days that are not reconciled, and so have no journal yet.
    """

    journals: list[Journal]
    unmapped: list[Category]
    untaxed: list[Category]
    waiting: list[Payout]

    @property
    def missing(self) -> list[Category]:
        """Everything that has to be mapped, or given a tax rate, first."""
        return [*self.unmapped, *self.untaxed]

    @property
    def is_blocked(self) -> bool:
        return bool(self.unmapped or self.untaxed)


def prepared_journals(  # noqa: PLR0913  which days, and who is told how far it is
    entity: LegalEntity,
    by: JournalBy,
    form: Format,
    *,
    first: date,
    last: date,
    watch: Watch = lambda done, expected: None,
) -> Prepared:
    """Make the journals of these days for a format; there are none while anything in them is not mapped.

    `watch` is told how many journals are made of how many, now and then; what it raises ends the making.
    """
    sums = sums_by(by, entity, first, last, watch)
    chart = map_of(entity)
    categories = sorted(
        {category for each in sums for category, _ in each.amounts}, key=lambda each: each.words
    )
    found = {category: chart.find(category) for category in categories}
    unmapped = [each for each in categories if found[each] is None]
    untaxed = [
        each for each, mapping in found.items() if mapping is not None and not mapping.tax_rate
    ]
    targets = {each: target_of(mapping) if mapping else _NOWHERE for each, mapping in found.items()}
    if not form.wants_accounts:
        unmapped = []
    blocked = Prepared(
        journals=[],
        unmapped=unmapped,
        untaxed=untaxed if form.wants_tax else [],
        waiting=list(unreconciled_payouts(entity, first, last)) if by is JournalBy.PAYOUT else [],
    )
    if blocked.is_blocked:
        return blocked
    return Prepared([_journal(each, targets) for each in sums], [], [], blocked.waiting)


def map_of(entity: LegalEntity) -> AccountMap:
    """Return an entity's mappings."""
    return AccountMap(AccountMapping.objects.filter(entity=entity))


def categories_of(
    entity: LegalEntity, *, since: date
) -> list[tuple[Category, AccountMapping | None]]:
    """Return every category that has lines which count on or after a day, with the mapping that counts for it."""
    chart = map_of(entity)
    moved = entries_moved(entity, first=since)
    codes = dict(
        Fund.objects.filter(pk__in={each.fund_id for each in moved if each.fund_id}).values_list(
            "pk", "code"
        )
    )
    categories = [
        Category(
            each.account,
            each.gift_class,
            each.fund_id,
            each.currency,
            codes.get(each.fund_id or 0, ""),
        )
        for each in sorted(moved, key=_place)
    ]
    return [(each, chart.find(each)) for each in categories]


def _place(moved: EntriesMoved) -> tuple[str, str, int, str]:
    return moved.account, moved.gift_class, moved.fund_id or 0, moved.currency


def _journal(sums: Sums, targets: dict[Category, Target]) -> Journal:
    return Journal(
        reference=sums.reference,
        on=sums.on,
        narration=sums.narration,
        currency=sums.currency,
        lines=tuple(
            JournalLine(
                target=targets[category],
                description=category.description,
                amount=amount,
                account=category.account,
                is_clearing=category.account == LedgerAccount.STRIPE_CLEARING,
                is_release=category.account == LedgerAccount.FUNDS_RELEASED,
            )
            for category, amount in sums.amounts
        ),
    )
