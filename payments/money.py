"""Money: integer minor units with an ISO 4217 code. Decimal appears only when parsing and printing."""

import re
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Self

from babel import Locale
from babel.numbers import NumberPattern

from payments.currencies import exponent, step
from payments.errors import CurrencyMismatch

__all__ = ["Money", "exponent", "proportion", "step"]

_LETTER_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `minor` units of `currency` (ISO 4217, upper case)."""

    minor: int
    currency: str

    @classmethod
    def from_decimal(cls, value: Decimal, currency: str) -> Self:
        """Convert exactly; raises ValueError when `value` has more decimals than the currency."""
        # A ratio, because Decimal's own arithmetic rounds silently beyond its context's 28 digits.
        numerator, denominator = value.as_integer_ratio()
        minor, rest = divmod(numerator * 10 ** exponent(currency), denominator)
        if rest:
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
        digits = tuple(int(digit) for digit in str(abs(self.minor)))
        return Decimal((int(self.minor < 0), digits, -exponent(self.currency)))

    def format(self, locale: str = "en-GB") -> str:
        """Return the amount as a reader of `locale` expects it; whole amounts carry no decimals."""
        whole = self.minor % 10 ** exponent(self.currency) == 0
        pattern = _pattern(locale, 0 if whole else exponent(self.currency))
        printed = pattern.apply(
            self.to_decimal(), _locale(locale), currency=self.currency, currency_digits=False
        )
        # CLDR wants a space between a code and a digit (KWD 5), which Babel leaves out.
        return _LETTER_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", printed)


def proportion(amount: int, part: int, whole: int) -> int:
    """Return the share of `amount` that `part` has in `whole`, to the nearest unit, halves away from zero.

    `part` between 0 and `whole`, `whole` positive; `amount` may be negative. The rest is `amount` less the result, so
    that the two always sum exactly.
    """
    share = (2 * abs(amount) * part + whole) // (2 * whole)
    return share if amount >= 0 else -share


def _locale(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")


@cache
def _pattern(locale: str, decimals: int) -> NumberPattern:
    pattern: NumberPattern = copy(_locale(locale).currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern
