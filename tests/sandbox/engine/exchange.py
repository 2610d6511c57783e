"""What a stand-in for a day's exchange rates says, and what an amount is worth by it.

The rates are invented near those of 2026 and move a little from day to day, always in the same way, so
that a refund converts at another rate than its charge did, and every run of a test sees the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from tests.sandbox.engine.money import decimals, smallest_step

_PER_DOLLAR = """
usd 1 aed 3.6725 afn 68.5 all 83.4 amd 385 ang 1.79 aoa 915 ars 1450 aud 1.52 awg 1.8 azn 1.7 bam 1.68
bbd 2 bdt 122 bgn 1.68 bhd 0.377 bif 2950 bmd 1 bnd 1.3 bob 6.91 brl 5.4 bsd 1 bwp 13.4 byn 3.05 bzd 2.01
cad 1.4 cdf 2450 chf 0.8 clp 940 cny 7.1 cop 3900 crc 503 cve 95 czk 20.9 djf 177.7 dkk 6.43 dop 64
dzd 130 egp 47.5 etb 152 eur 0.862 fjd 2.27 fkp 0.756 gbp 0.756 gel 2.71 gip 0.756 gmd 72.5 gnf 8680
gtq 7.66 gyd 209 hkd 7.78 hnl 26.3 htg 131 huf 331 idr 16600 ils 3.28 inr 88.7 isk 126 jmd 160 jod 0.709
jpy 154 kes 129 kgs 87.4 khr 4010 kmf 424 krw 1455 kwd 0.307 kyd 0.833 kzt 525 lak 21700 lbp 89500
lkr 304 lrd 181 lsl 17.3 mad 9.3 mdl 17 mga 4480 mkd 53 mmk 2100 mnt 3580 mop 8.01 mur 45.8 mvr 15.4
mwk 1734 mxn 18.4 myr 4.14 mzn 63.9 nad 17.3 ngn 1440 nio 36.8 nok 10.1 npr 142 nzd 1.77 omr 0.3845 pab 1
pen 3.37 pgk 4.23 php 58.9 pkr 282 pln 3.66 pyg 7040 qar 3.64 ron 4.38 rsd 101 rub 80.5 rwf 1453 sar 3.75
sbd 8.23 scr 14.2 sek 9.5 sgd 1.3 shp 0.756 sle 23.1 sos 571 srd 38.6 std 21500 szl 17.3 thb 32.4 tjs 9.2
tnd 2.95 top 2.4 try 42.2 ttd 6.78 twd 31 tzs 2450 uah 42 ugx 3600 uyu 39.8 uzs 12050 vnd 26350 vuv 122
wst 2.8 xaf 565 xcd 2.7 xof 565 xpf 103 yer 238 zar 17.3 zmw 22.6
"""
_WORDS = _PER_DOLLAR.split()
PER_DOLLAR = {code: Decimal(units) for code, units in zip(_WORDS[::2], _WORDS[1::2], strict=True)}
_SIX_DIGITS = Context(prec=6, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount in the minor units of the currency it was converted to; no rate if it was not."""

    amount: int
    currency: str
    rate: Decimal | None = None


def convert(amount: int, source: str, target: str, *, moment: int) -> Conversion:
    """The amount at the rate of that day (UTC), rounded half up to what `target` can be counted in."""
    if source == target:
        return Conversion(amount, target)
    rate = rate_between(source, target, moment=moment)
    exact = amount * rate * Decimal(10) ** (decimals(target) - decimals(source))
    step = smallest_step(target)
    steps = int((exact / step).to_integral_value(ROUND_HALF_UP))
    return Conversion(steps * step, target, rate)


def rate_between(source: str, target: str, *, moment: int) -> Decimal:
    """How many whole units of `target` one whole unit of `source` is worth, to six digits."""
    ratio = _SIX_DIGITS.divide(_on_day(target, moment), _on_day(source, moment))
    return _SIX_DIGITS.plus(ratio)


def _on_day(currency: str, moment: int) -> Decimal:
    """The day's rate: within one per cent of the table's, by the date and the currency's letters."""
    day = datetime.fromtimestamp(moment, UTC).toordinal()
    letters = sum(place * ord(letter) for place, letter in enumerate(currency, 1))
    drift = (day * 37 + letters * 11) % 201 - 100 if currency != "usd" else 0
    return PER_DOLLAR[currency] * (10_000 + drift) / 10_000
