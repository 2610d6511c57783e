"""Exchange rates of pounds and dollars, for tests of what is told in one currency."""

from datetime import date, timedelta
from decimal import Decimal

from payments.models import DailyRate
from tests.factories import NOON


def write_rates(first: date, last: date) -> None:
    """Publish a rate for every day; what a euro buys of dollars grows a little every day."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    DailyRate.objects.bulk_create(
        DailyRate(base="EUR", currency=code, day=day, rate=rate, source="ECB", imported_at=NOON)
        for number, day in enumerate(days)
        for code, rate in (
            ("GBP", Decimal("0.83")),
            ("USD", Decimal("1.05") + number * Decimal("0.001")),
        )
    )
