"""Writes of kept days: made by night for days that are past, one after the other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from payments.entities.models import LegalEntity
from payments.finance.measures.movements import STEPS, Movement, Stock, summed
from payments.finance.recurring_days.models import RecurringDay, RecurringMoved, RecurringStood
from payments.finance.recurring_days.telling import tell_day
from payments.periods import civil_date
from payments.plans.models import RecurringPlan

# Nearly all that is learned of a day has come by then.
_REST = timedelta(days=2)


def keep_past_days(*, now: datetime) -> int:
    """Keep each day that ended two days ago and is not kept, one transaction a day; returns how many.

    Safe to repeat, to race and to stop anywhere: what is not kept is told from the gifts until it is.
    """
    made = 0
    for entity in LegalEntity.objects.order_by("pk"):
        # An entity's days are others once its clocks are.
        RecurringDay.objects.filter(entity=entity).exclude(time_zone=entity.time_zone).delete()
        days = list(_days_to_keep(entity, civil_date(now - _REST, entity.time_zone)))
        for day in days:
            with transaction.atomic():
                hold_still()
                keep_day(entity, day, now=now)
        made += len(days)
    return made


def _days_to_keep(entity: LegalEntity, until: date) -> Iterator[date]:
    begun = RecurringPlan.objects.filter(entity=entity).aggregate(at=Min("started_at"))["at"]
    if begun is None:
        return
    kept = set(RecurringDay.objects.filter(entity=entity).values_list("day", flat=True))
    # No gift counts before it began.
    first = civil_date(begun, entity.time_zone)
    for ahead in range((until - first).days):
        day = first + timedelta(days=ahead)
        if day not in kept:
            yield day


def hold_still() -> None:
    """Let nobody look for kept days until the end of the caller's transaction; those who have looked finish first.

    Whoever writes what may change a past day looks for kept days afterwards and locks them (see `forgetting`), which
    holds the table's ROW SHARE lock to the end of their transaction whether they found any or not; EXCLUSIVE waits for
    that. So what they wrote is either seen by whoever keeps the day, or they look once it is kept, and find it. Gifts
    themselves are not locked, and reports go on reading. On SQLite whoever writes is alone.
    """
    if connection.vendor == "postgresql":
        table = RecurringDay._meta.db_table  # noqa: SLF001  Django's documented model API
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")


def keep_day(entity: LegalEntity, day: date, *, now: datetime) -> None:
    """Keep a day, unless it is kept; the caller holds still, and has kept the days before it."""
    words = {"time_zone": entity.time_zone, "summed_at": now}
    row, is_new = RecurringDay.objects.get_or_create(entity=entity, day=day, defaults=words)
    if not is_new:
        return
    told = tell_day(entity, day)
    by_currency: dict[str, list[Movement]] = defaultdict(list)
    for movement in told.movements:
        by_currency[movement.currency].append(movement)
    stood = dict(told.opening)
    moved = []
    for currency, movements in sorted(by_currency.items()):
        for kind, each in summed(movements).items():
            stock = stood.get(currency, Stock())
            stood[currency] = Stock(
                stock.annual + each.annual, stock.count + STEPS[kind] * each.count
            )
            figures = {"count": each.count, "annual": each.annual}
            moved.append(RecurringMoved(day=row, currency=currency, kind=kind, **figures))
    RecurringMoved.objects.bulk_create(moved)
    RecurringStood.objects.bulk_create(
        RecurringStood(day=row, currency=currency, count=stock.count, annual=stock.annual)
        for currency, stock in sorted(stood.items())
        if stock.count or stock.annual
    )
