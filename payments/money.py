"""Money: integer minor units with an ISO 4217 code. Decimal appears only when parsing and printing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from babel.numbers import format_currency, get_currency_precision

from payments.errors import CurrencyMismatch


def exponent(currency: str) -> int:
    """Return how many decimals Stripe's minor unit of `currency` has: 2 for GBP, 0 for JPY, 3 for KWD."""
    return _STRIPE_EXPONENTS.get(currency, get_currency_precision(currency))


# Stripe takes these as two-decimal amounts although ISO 4217 gives them none (and requires the decimals to be 00).
_STRIPE_EXPONENTS = {"ISK": 2, "UGX": 2}


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `minor` units of `currency` (ISO 4217, upper case)."""

    minor: int
    currency: str

    @classmethod
    def from_decimal(cls, value: Decimal, currency: str) -> Self:
        """Convert exactly; raises ValueError when `value` has more decimals than the currency."""
        scaled = value.scaleb(exponent(currency))
        minor = int(scaled)
        if minor != scaled:
            raise ValueError("The amount has more decimals than the currency.")
        return cls(minor, currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix.")
        return other.minor

    def to_decimal(self) -> Decimal:
        """Return the amount in major units, exact, with all the currency's decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def format(self, locale: str = "en-GB") -> str:
        """Return the amount as a reader of `locale` expects it; whole amounts carry no decimals."""
        value = self.to_decimal()
        whole = value == value.to_integral_value()
        return format_currency(
            value,
            self.currency,
            locale=locale.replace("-", "_"),
            currency_digits=not whole,
            format="¤#,##0" if whole else None,
        )
