"""Daily exchange rates, as published: what one unit of a currency bought of another on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from django.db.models import Max

from payments.currencies import exponent
from payments.ledger.models import DailyRate

# The currency that published rates start from: the European Central Bank quotes what one euro buys.
REFERENCE = "EUR"
# The longest pause between two publications is Easter's, four days. A rate that is older is that of a currency which
# is published no longer.
LOOK_BACK = timedelta(days=10)
_PLACES = Decimal(1).scaleb(-15)
# Enough digits for every amount that a column can hold times every rate, exact before it is rounded once.
_PRECISION = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of a currency is worth `rate` of another by what `source` published on `day`."""

    rate: Decimal
    day: date
    source: str


class RateTable:
    """The rates of some currencies over some days, read with one query."""

    def __init__(self, currencies: Collection[str], first: date, last: date) -> None:
        rows = DailyRate.objects.filter(
            base=REFERENCE, currency__in=set(currencies), day__range=(first - LOOK_BACK, last)
        ).values_list("currency", "day", "rate", "source")
        self._legs = {(currency, day): (rate, source) for currency, day, rate, source in rows}

    def on(self, currency: str, base: str, day: date) -> Rate | None:
        """Return what one unit of `base` bought of `currency`, as `rate_on` does."""
        if currency == base:
            return Rate(Decimal(1), day, "the same currency")
        for back in range(LOOK_BACK.days + 1):
            there = day - timedelta(days=back)
            bought, paid = self._leg(currency, there), self._leg(base, there)
            if bought and paid:
                with localcontext(prec=_PRECISION):
                    rate = (bought[0] / paid[0]).quantize(_PLACES, ROUND_HALF_EVEN)
                sources = dict.fromkeys(source for _, source in (bought, paid) if source)
                return Rate(rate, there, " and ".join(sources)[:60])
        return None

    def _leg(self, currency: str, day: date) -> tuple[Decimal, str] | None:
        return (Decimal(1), "") if currency == REFERENCE else self._legs.get((currency, day))


def rate_on(currency: str, base: str, day: date) -> Rate | None:
    """Return what one unit of `base` bought of `currency` on `day`, or on the last day before it that has rates.

    None when there is none within ten days. A pair without the euro is the quotient of the two euro rates of one day,
    to fifteen decimals.
    """
    return RateTable({currency, base}, day, day).on(currency, base, day)


def in_currency(amount: int, *, source: str, target: str, today: date) -> int | None:
    """Return minor units of `source` in `target` by the latest rate published on `today` or before.

    None where no rate of the last ten days is known.
    """
    if source == target:
        return amount
    rate = rate_on(target, source, today)
    if rate is None:
        return None
    return converted(amount, rate=rate.rate, source=source, target=target)


def rates_known_until() -> date | None:
    """Return the latest day with rates: on it and before, `rate_on` gives the same answer for ever."""
    last: date | None = DailyRate.objects.filter(base=REFERENCE).aggregate(last=Max("day"))["last"]
    return last


def converted(amount: int, *, rate: Decimal, source: str, target: str) -> int:
    """Return minor units of `source` in minor units of `target`, rounded once, halves to even."""
    with localcontext(prec=_PRECISION):
        exact = (amount * rate).scaleb(exponent(target) - exponent(source))
        return int(exact.to_integral_value(ROUND_HALF_EVEN))
