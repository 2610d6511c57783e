"""The European Central Bank's file as it comes each day of the year: rates that drift a little."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from payments.ledger.ecb import read_rates
from payments.ledger.rate_import import import_rates

# What a euro buys on 1 January, and by how much more each day.
_BEGINNING = {
    "GBP": (Decimal("0.83058"), Decimal("0.00004")),
    "USD": (Decimal("1.0525"), Decimal("0.0001")),
    "JPY": (Decimal("163.20"), Decimal("-0.02")),
}
_MONDAY_TO_FRIDAY = range(5)


def publish_rates(*, since: date, until: date) -> None:
    """Import the working days' rates from `since`, a week before it at first, to `until`: both included."""
    days = [since + timedelta(days=n) for n in range(-7, (until - since).days + 1)]
    lines = [
        f"{day},{','.join(str(_rate(currency, day)) for currency in _BEGINNING)}"
        for day in reversed(days)
        if day.weekday() in _MONDAY_TO_FRIDAY
    ]
    file = "\n".join([f"Date,{','.join(_BEGINNING)}", *lines, ""])
    import_rates(read_rates(file.encode(), today=until), source="ECB", now=timezone.now())


def _rate(currency: str, day: date) -> Decimal:
    rate, drift = _BEGINNING[currency]
    return rate + drift * day.timetuple().tm_yday
