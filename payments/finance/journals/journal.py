"""A journal as an accounting package takes it: pure, one currency, and its lines sum to zero."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.errors import LedgerUnbalanced
from payments.money import Money


@dataclass(frozen=True, slots=True)
class Target:
    """An account of the package, as AccountMapping names it."""

    code: str
    tax_rate: str = ""
    tracking_name: str = ""
    tracking_option: str = ""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: a debit is positive, a credit negative, in minor units of the journal's currency.

    `account` is ours, for formats that tell it; `is_clearing` marks the lines of Stripe's balance itself, and
    `is_release` those of released funds, which have nothing to do with it.
    """

    target: Target
    description: str
    amount: int
    account: str = ""
    is_clearing: bool = False
    is_release: bool = False


@dataclass(frozen=True, slots=True)
class Journal:
    """Balanced lines of one payout or day; `reference` is the payout's id at Stripe, or the day.

    Raises LedgerUnbalanced where the lines do not sum to zero.
    """

    reference: str
    on: date
    narration: str
    currency: str
    lines: tuple[JournalLine, ...]

    def __post_init__(self) -> None:
        if sum(line.amount for line in self.lines):
            raise LedgerUnbalanced(f"The lines of journal {self.reference} do not sum to zero.")

    def major(self, minor: int) -> Decimal:
        """Return an amount in major units, with all the decimals of the currency."""
        return Money(minor, self.currency).to_decimal()
