"""The currencies that Stripe takes and how many decimals each has there.

The tables are Stripe's (its page on supported currencies) and deliberately not CLDR's: CLDR prints no decimals for
currencies such as RSD or LBP, which Stripe charges in hundredths, so that an amount made with CLDR's precision would
be charged a hundredfold too low.
"""

from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol

from payments.numerals import plain


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ZERO_DECIMALS = _codes("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF")
_THREE_DECIMALS = _codes("BHD JOD KWD OMR TND")
# Written without decimals, yet sent as hundredths that must be 00, because Stripe once took them so.
_WHOLE_HUNDREDTHS = _codes("ISK UGX")
# Charged in hundredths and paid out in whole units.
_WHOLE_PAYOUTS = _codes("HUF TWD")
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


def payout_step(currency: str) -> int:
    """Return the number of minor units that every payout in `currency` must be a multiple of.

    Cards pay fractions of a forint or a Taiwan dollar, banks take whole ones; the rest stays in Stripe's balance.
    """
    return 100 if currency in _WHOLE_PAYOUTS else step(currency)


def decimals(currency: str) -> int:
    """Return how many decimals a charge in `currency` can use: 2 for GBP and KWD, 0 for JPY and ISK."""
    return exponent(currency) - len(str(step(currency))) + 1


@cache
def symbols(currency: str, locale: str) -> tuple[str, ...]:
    """Return what a reader of `locale` may write for `currency`, folded, longest first: us$, usd, $."""
    local = get_currency_symbol(currency, locale=Locale.parse(locale.replace("-", "_")))
    signs = _SIGNS.get(currency, "").split()
    # US$, CA$: how CLDR tells apart what shares a sign.
    told_apart = (f"{currency[:2]}{sign}" for sign in signs)
    found = {plain(symbol) for symbol in (local, currency, *signs, *told_apart)}
    return tuple(sorted(found, key=lambda symbol: (-len(symbol), symbol)))


# What people type where their locale would print the code.
_SIGNS = {
    "AUD": "$ A$",
    "CAD": "$ C$",
    "CHF": "Fr. Fr",
    "CNY": "¥ 元",
    "CZK": "Kč",
    "DKK": "kr kr.",
    "EUR": "€",
    "GBP": "£",
    "HKD": "$",
    "INR": "₹",
    "ISK": "kr kr.",
    "JPY": "¥ 円",
    "KRW": "₩ 원",
    "MXN": "$",
    "NOK": "kr kr.",
    "NZD": "$",
    "PLN": "zł",
    "SEK": "kr",
    "SGD": "$",
    "USD": "$",
}
