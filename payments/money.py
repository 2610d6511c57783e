"""Money: integer minor units with an ISO 4217 code. Decimal appears only when parsing and printing."""

import re
import unicodedata
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Self

from babel import Locale
from babel.numbers import NumberPattern, get_decimal_symbol

from payments.currencies import KNOWN, decimals, exponent, symbols
from payments.errors import AmountRefused, CurrencyMismatch
from payments.numerals import plain, split_number, take_minus

__all__ = ["Money", "exponent", "parse_amount", "proportion"]

# No campaign takes more digits of minor units, and every sum of such amounts fits the database's integers.
_MOST_DIGITS = 12

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
        """Return the amount as a reader of `locale` expects it; whole amounts carry no decimals.

        Currencies with three decimals always carry them: without them 24,867 could mean two amounts.
        """
        places = exponent(self.currency)
        is_short = places < 3 and self.minor % 10**places == 0
        pattern = _pattern(locale, 0 if is_short else places)
        printed = pattern.apply(
            self.to_decimal(), _locale(locale), currency=self.currency, currency_digits=False
        )
        # CLDR wants a space between a code and a digit (KWD 5), which Babel leaves out.
        return _LETTER_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", printed)


def parse_amount(text: str, currency: str, locale: str = "en-GB") -> Money:
    """Read exactly what a reader of `locale` typed: 5, 5.00, 5,00, £5, 1,000.00, 1.000,00, 1 000, ٥ or ５.

    Raises AmountRefused with the reason: empty, zero, negative, not_a_number, other_currency, ambiguous,
    too_many_decimals or too_large. What is returned can be charged as it is; a campaign's limits are not looked at.
    """
    written = plain(text)
    if not written:
        raise AmountRefused("empty")
    number, is_negative = take_minus(_without_symbol(written, currency, locale))
    decimal = get_decimal_symbol(_locale(locale))
    whole, fraction = split_number(number, decimal=decimal, decimals=exponent(currency))
    if is_negative:
        raise AmountRefused("negative")
    if fraction[decimals(currency) :].strip("0") or len(fraction) > max(exponent(currency), 2):
        raise AmountRefused("too_many_decimals")
    digits = (whole + fraction.ljust(3, "0")[: exponent(currency)]).lstrip("0")
    if len(digits) > _MOST_DIGITS:
        raise AmountRefused("too_large")
    if not digits:
        raise AmountRefused("zero")
    return Money(int(digits), currency)


def _without_symbol(written: str, currency: str, locale: str) -> str:
    """Drop the currency's own symbol or code, before or after the number and on either side of a minus."""
    bare, is_negative = take_minus(written)
    for symbol in symbols(currency, locale):
        if bare.startswith(symbol) or bare.endswith(symbol):
            bare = (
                bare.removeprefix(symbol) if bare.startswith(symbol) else bare.removesuffix(symbol)
            )
            break
    bare = bare.strip()
    letters = "".join(char for char in bare if char.isalpha()).upper()
    if letters in KNOWN or any(unicodedata.category(char) == "Sc" for char in bare):
        raise AmountRefused("other_currency")
    return f"-{bare}" if is_negative else bare


def proportion(amount: int, part: int, whole: int) -> int:
    """Return the share of `amount` that `part` has in `whole`, to the nearest unit, halves away from zero.

    `part` between 0 and `whole`, `whole` positive; `amount` may be negative. The rest is `amount` less the result, so
    that the two always sum exactly.
    """
    share = (2 * abs(amount) * part + whole) // (2 * whole)
    return share if amount >= 0 else -share


def _locale(locale: str) -> Locale:
    return Locale.parse(locale.replace("-", "_"))


@cache
def _pattern(locale: str, decimals: int) -> NumberPattern:
    pattern: NumberPattern = copy(_locale(locale).currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern
