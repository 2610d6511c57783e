"""The currencies that Stripe takes and how many decimals each has there.

The tables are Stripe's (its page on supported currencies) and deliberately not CLDR's: CLDR prints no decimals for
currencies such as RSD or LBP, which Stripe charges in hundredths, so that an amount made with CLDR's precision would
be charged a hundredfold too low.
"""

import unicodedata
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ZERO_DECIMALS = _codes("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF")
_THREE_DECIMALS = _codes("BHD JOD KWD OMR TND")
# Written without decimals, yet sent as hundredths that must be 00, because Stripe once took them so.
_WHOLE_HUNDREDTHS = _codes("ISK UGX")
_TWO_DECIMALS = _codes(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE "
    "CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT "
    "LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
    "PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STN SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST "
    "XCD XCG YER ZAR ZMW"
)
KNOWN = _TWO_DECIMALS | _ZERO_DECIMALS | _THREE_DECIMALS | _WHOLE_HUNDREDTHS


def exponent(currency: str) -> int:
    """Return how many decimals Stripe's minor unit of `currency` has: 2 for GBP, 0 for JPY, 3 for KWD."""
    if currency in _ZERO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def step(currency: str) -> int:
    """Return the number of minor units that every charge in `currency` must be a multiple of.

    Stripe refuses a fraction of a króna or of a Ugandan shilling, and a third decimal other than 0.
    """
    if currency in _WHOLE_HUNDREDTHS:
        return 100
    return 10 if currency in _THREE_DECIMALS else 1


def decimals(currency: str) -> int:
    """Return how many decimals a charge in `currency` can use: 2 for GBP and KWD, 0 for JPY and ISK."""
    return exponent(currency) - len(str(step(currency))) + 1


@cache
def symbols(currency: str, locale: str) -> tuple[str, ...]:
    """Return what a reader may write for `currency`, longest first and folded: "us$", "usd", "$"."""
    local = get_currency_symbol(currency, locale=Locale.parse(locale, sep="-"))
    # The sign within a local symbol, such as the $ of US$, is what most readers type.
    signs = {sign for sign in local if unicodedata.category(sign) == "Sc"}
    sign = _SIGNS.get(currency)
    found = {local, currency, *signs, *((sign,) if sign else ())}
    return tuple(sorted((symbol.casefold() for symbol in found), key=lambda s: (-len(s), s)))


# What people type where the locale would write the code.
_SIGNS = {
    "AUD": "$", "CAD": "$", "NZD": "$", "SGD": "$", "HKD": "$", "MXN": "$", "USD": "$",
    "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "KRW": "₩",
    "SEK": "kr", "NOK": "kr", "DKK": "kr", "ISK": "kr", "CHF": "Fr.", "PLN": "zł",
}  # fmt: skip
