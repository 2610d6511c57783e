"""Which day a posting counts on: derived here alone, once, and frozen on the posting."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max

from payments.entities.models import LegalEntity
from payments.ledger.period_models import AccountingPeriod, MonthState
from payments.periods import civil_date


@dataclass(frozen=True, slots=True)
class AccountingDate:
    """`original_on` is the day on which it happened, `accounting_on` the one in whose month it counts."""

    accounting_on: date
    original_on: date


@dataclass(frozen=True, slots=True)
class BookingDays:
    """How an entity's instants become days: its time zone, and the last day that is closed."""

    zone: str
    closed_until: date | None

    def of(self, at: datetime) -> AccountingDate:
        """Return the days of what happened `at` an instant; a late one counts on the first day that is open."""
        return self.of_day(civil_date(at, self.zone))

    def of_day(self, day: date) -> AccountingDate:
        """Return the days of what happened on a civil day, as `of` does."""
        if self.closed_until is None or day > self.closed_until:
            return AccountingDate(accounting_on=day, original_on=day)
        return AccountingDate(accounting_on=self.closed_until + timedelta(days=1), original_on=day)


def accounting_date(entity: LegalEntity, at: datetime) -> AccountingDate:
    """Return the days of what happened `at` an instant; see `booking_days`."""
    return booking_days(entity).of(at)


def booking_days(entity: LegalEntity) -> BookingDays:
    """Return how instants become days, and keep it so until the end of the caller's transaction.

    Whoever closes a month waits for those who book, and they for whoever closes; those who book do not wait for each
    other.
    """
    _hold_open(entity)
    return BookingDays(entity.time_zone, closed_until(entity))


def closed_until(entity: LegalEntity) -> date | None:
    """Return the last day of the last month that is closed or locked, None while none is."""
    closed = AccountingPeriod.objects.filter(entity=entity).exclude(state=MonthState.OPEN)
    last: date | None = closed.aggregate(last=Max("last_on"))["last"]
    return last


def _hold_open(entity: LegalEntity) -> None:
    """Take the weakest lock on the entity's row that keeps its months from being closed meanwhile.

    Django has no word for it. On SQLite whoever writes is alone.
    """
    if connection.vendor == "postgresql":
        table = LegalEntity._meta.db_table  # noqa: SLF001  Django's documented model API
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR KEY SHARE", [entity.pk])  # noqa: S608
