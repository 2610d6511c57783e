"""From our accounts to the package's: pure; the most particular mapping that fits a line counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from payments.campaigns.models import Frequency
from payments.finance.journals.journal import Target
from payments.finance.journals.models import AccountMapping
from payments.ledger.models import LedgerAccount


@dataclass(frozen=True, slots=True)
class Category:
    """What lines are mapped by: our account, the gift's class and fund, and the currency; empty where there is none."""

    account: str
    gift_class: str
    fund_id: int | None
    currency: str
    fund: str = ""

    @property
    def words(self) -> str:
        """Return for instance: Contributions, Monthly, general, GBP."""
        parts = [LedgerAccount(self.account).label]
        if self.gift_class:
            known = dict(Frequency.choices)
            parts.append(str(known.get(self.gift_class, self.gift_class)))
        return ", ".join([*parts, *([self.fund] if self.fund else []), self.currency])

    @property
    def description(self) -> str:
        """Return the words without the currency, which the journal names."""
        return self.words.removesuffix(f", {self.currency}")


class AccountMap:
    """The mappings of one entity, to look lines up in."""

    def __init__(self, mappings: Iterable[AccountMapping]) -> None:
        self._mappings = list(mappings)

    def find(self, category: Category) -> AccountMapping | None:
        """Return the mapping that counts for a line: the fund before the class before the currency; None for none."""
        fitting = [each for each in self._mappings if _fits(each, category)]
        return max(
            fitting,
            key=lambda each: (each.fund_id is not None, each.gift_class != "", each.currency != ""),
            default=None,
        )


def target_of(mapping: AccountMapping) -> Target:
    return Target(mapping.code, mapping.tax_rate, mapping.tracking_name, mapping.tracking_option)


def _fits(mapping: AccountMapping, category: Category) -> bool:
    return (
        mapping.account == category.account
        and mapping.gift_class in ("", category.gift_class)
        and _fits_fund(mapping, category)
        and mapping.currency in ("", category.currency)
    )


def _fits_fund(mapping: AccountMapping, category: Category) -> bool:
    if mapping.fund_id is None and category.account == LedgerAccount.FUNDS_RELEASED:
        # What leaves a fund and what becomes free are two sides of one account of ours: one row for both would bring
        # the package an entry that says nothing.
        return category.fund_id is None
    return mapping.fund_id in (None, category.fund_id)
