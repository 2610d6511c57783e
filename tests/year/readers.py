"""The forty who give in the year; nobody of them is real."""

from dataclasses import dataclass
from typing import Literal

from payments.models import Frequency

ONCE, MONTHLY, YEARLY = Frequency.ONCE, Frequency.MONTHLY, Frequency.YEARLY
GOOD_CARD, EMPTY_CARD = "4242424242424242", "4000000000009995"
WAITING_REFUNDS, FAILING_REFUNDS = "4000000000007726", "4000000000005126"


@dataclass(frozen=True, slots=True)
class Reader:
    """One who gives from month `begins` on; amounts in minor units of `currency`, the first one without fee cover."""

    number: int
    begins: int
    frequency: Frequency
    currency: str
    amount: int
    fee_cover: int = 0
    card: str = GOOD_CARD
    method: Literal["card", "sepa_debit"] = "card"

    @property
    def email(self) -> str:
        return f"reader{self.number}@example.org"

    @property
    def country(self) -> str:
        return {"GBP": "GB", "USD": "US", "EUR": "DE", "JPY": "JP"}[self.currency]

    @property
    def prompt(self) -> str:
        """What asked them: half came by an appeal, the others by themselves."""
        return "appeal" if self.number % 2 else ""


READERS = tuple(
    Reader(number, *facts)  # type: ignore[arg-type]
    for number, facts in enumerate(
        (
            (1, MONTHLY, "GBP", 500),
            (1, MONTHLY, "GBP", 1000, 35),
            (1, MONTHLY, "GBP", 300),
            (1, MONTHLY, "GBP", 700, 31),
            (2, MONTHLY, "GBP", 500),
            (2, MONTHLY, "GBP", 1500),
            (3, MONTHLY, "GBP", 450),
            (5, MONTHLY, "GBP", 2000, 50),
            (1, YEARLY, "GBP", 10_000),
            (4, YEARLY, "GBP", 12_001, 200),
            (2, ONCE, "GBP", 2500),
            (3, ONCE, "GBP", 1000, 35),
            (6, ONCE, "GBP", 5000, 0, WAITING_REFUNDS),
            (7, ONCE, "GBP", 1234, 0, FAILING_REFUNDS),
            (9, ONCE, "GBP", 100_000),
            (12, ONCE, "GBP", 4000),
            (1, MONTHLY, "USD", 700, 50),
            (1, MONTHLY, "USD", 500),
            (2, MONTHLY, "USD", 1500),
            (3, MONTHLY, "USD", 999),
            (6, MONTHLY, "USD", 700),
            (2, YEARLY, "USD", 6000),
            (5, YEARLY, "USD", 12_000, 378),
            (4, ONCE, "USD", 3000),
            (8, ONCE, "USD", 1999),
            (1, MONTHLY, "EUR", 400),
            (1, MONTHLY, "EUR", 600, 34),
            (2, MONTHLY, "EUR", 1000, 0, GOOD_CARD, "sepa_debit"),
            (4, MONTHLY, "EUR", 800, 0, GOOD_CARD, "sepa_debit"),
            (7, MONTHLY, "EUR", 500),
            (3, YEARLY, "EUR", 5000),
            (1, ONCE, "EUR", 2500, 0, GOOD_CARD, "sepa_debit"),
            (5, ONCE, "EUR", 1500, 48),
            (10, ONCE, "EUR", 2222),
            (1, MONTHLY, "JPY", 700),
            (2, MONTHLY, "JPY", 1000, 36),
            (4, MONTHLY, "JPY", 300),
            (1, YEARLY, "JPY", 10_000),
            (6, ONCE, "JPY", 3000),
            (11, ONCE, "JPY", 501),
        ),
        start=1,
    )
)
