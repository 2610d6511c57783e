"""Currencies: which exist, how small their unit is, how little and how much may be charged."""

from tests.sandbox.engine.errors import invalid

_ALL = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn
bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf
gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr
lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen
pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd
top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
_WITHOUT_FRACTION = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"

CURRENCIES = frozenset(_ALL.split())
ZERO_DECIMAL = frozenset(_WITHOUT_FRACTION.split())
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
TWO_DECIMAL_WITHOUT_FRACTION = frozenset({"isk", "ugx"})
"""Zero-decimal by nature, but Stripe still counts them in hundredths that must be whole."""
WHOLE_PAYOUTS = frozenset({"huf", "twd"})
"""Charged with two decimals, paid out in whole units only."""

MINIMUM_AMOUNTS = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MAXIMUM_AMOUNT = 99_999_999


def read_currency(code: str, *, param: str = "currency") -> str:
    """The lower-case code of a currency that exists; a refusal otherwise."""
    if code.lower() not in CURRENCIES:
        raise invalid(
            f"Invalid currency: {code.lower()}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(CURRENCIES))}",
            param=param,
        )
    return code.lower()


def check_unit_amount(amount: int, currency: str, *, param: str) -> None:
    """Refuse what cannot be an amount of this currency at all; zero is a price, so it passes."""
    if amount < 0:
        raise invalid("Invalid non-negative integer", param=param, code="parameter_invalid_integer")
    if amount > MAXIMUM_AMOUNT:
        raise invalid(
            f"Amount must be no more than {formatted(MAXIMUM_AMOUNT, currency)}",
            param=param,
            code="amount_too_large",
        )
    step = smallest_step(currency)
    if amount % step:
        raise invalid(
            f"Invalid amount: {amount}. Amounts in {currency} must be evenly divisible by {step}.",
            param=param,
        )


def check_charge_amount(amount: int, currency: str, *, what: str, param: str) -> None:
    """Refuse a charge below the currency's minimum; currencies without one need at least one unit."""
    check_unit_amount(amount, currency, param=param)
    minimum = MINIMUM_AMOUNTS.get(currency, 1)
    if amount < minimum:
        raise invalid(
            f"{what} must be at least {formatted(minimum, currency)} {currency}",
            param=param,
            code="amount_too_small",
        )


def smallest_step(currency: str) -> int:
    """How many minor units an amount of this currency is always a multiple of."""
    if currency in THREE_DECIMAL:
        return 10
    return 100 if currency in TWO_DECIMAL_WITHOUT_FRACTION else 1


def payout_step(currency: str) -> int:
    """The same for a payout: banks take no fraction of some currencies that cards have one of."""
    return 100 if currency in WHOLE_PAYOUTS else smallest_step(currency)


def decimals(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def formatted(amount: int, currency: str) -> str:
    """Minor units as people read them: 1,234.50 GBP has its sign in front, others their code behind."""
    places = decimals(currency)
    whole, fraction = divmod(abs(amount), 10**places)
    number = f"{whole:,}" + (f".{fraction:0{places}d}" if places else "")
    sign = "−" if amount < 0 else ""
    symbol = {"gbp": "£", "eur": "€", "usd": "$", "jpy": "¥"}.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
