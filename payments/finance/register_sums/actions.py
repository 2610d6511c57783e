"""Writes of the register's sums: made for days that are past, gone with whatever changes a payment of such a day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from payments.donations.change_models import PaymentChange
from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.finance.register_sums.groups import Group
from payments.finance.register_sums.models import RegisterDay, RegisterSum
from payments.finance.register_sums.queries import days_of_changes, register_groups
from payments.finance.selections import GiftSelection
from payments.periods import civil_date

# Nearly all that happens to the gifts of a day has happened by then.
_REST = timedelta(days=2)
_CHUNK = 1000


def sum_register_days(*, now: datetime) -> int:
    """Let the sums of changed days go and sum each day that ended two days ago, one transaction each; returns how many.

    Safe to repeat, to race and to stop anywhere: what is not summed is read from the rows until it is.
    """
    forget_changed_days()
    made = 0
    for entity in LegalEntity.objects.order_by("pk"):
        for day in list(_days_to_sum(entity, civil_date(now - _REST, entity.time_zone))):
            made += sum_register_day(entity, day, now=now)
    return made


@transaction.atomic
def forget_changed_days() -> None:
    """Delete the sums of every day of a payment that is noted as changed, just those notes, and days of another zone.

    A change that commits meanwhile is not seen here, and so its note stays.
    """
    hold_sums()
    notes = list(PaymentChange.objects.values_list("pk", flat=True))
    for entity in LegalEntity.objects.order_by("pk"):
        changed = days_of_changes(entity)
        days = RegisterDay.objects.filter(entity=entity)
        days.exclude(time_zone=entity.time_zone).delete()
        days.filter(day__in=changed).delete()
    for start in range(0, len(notes), _CHUNK):
        PaymentChange.objects.filter(pk__in=notes[start : start + _CHUNK]).delete()


@transaction.atomic
def sum_register_day(entity: LegalEntity, day: date, *, now: datetime) -> bool:
    """Keep what a day's events come to; False where it is kept already."""
    hold_sums()
    row, is_new = RegisterDay.objects.get_or_create(
        entity=entity, day=day, defaults={"time_zone": entity.time_zone, "summed_at": now}
    )
    if not is_new:
        return False
    RegisterSum.objects.bulk_create(
        RegisterSum(day=row, **sums_of(group)) for group in day_groups(entity, day)
    )
    return True


def hold_sums() -> None:
    """Let nobody else make or let go sums until the end of the caller's transaction; readers and bookings go on.

    Else the sums of a day, made before a change was there to see, could be kept after its note was deleted.
    """
    if connection.vendor == "postgresql":
        table = RegisterDay._meta.db_table  # noqa: SLF001  Django's documented model API
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def day_groups(entity: LegalEntity, day: date) -> Sequence[Group]:
    """Add up a day's events from the rows."""
    selection = GiftSelection(entity.slug, day, day)
    return register_groups(selection, entity, with_clearing=True, is_live=True)


def sums_of(group: Group) -> dict[str, int | str]:
    """Return a group as the fields of a sum."""
    fields = group._asdict()
    del fields["place"]
    return fields


def _days_to_sum(entity: LegalEntity, until: date) -> Iterator[date]:
    gifts = Payment.objects.filter(donation__entity=entity, succeeded_at__isnull=False)
    first = gifts.order_by("succeeded_at").values_list("succeeded_at", flat=True).first()
    if first is None:
        return
    begin = civil_date(first, entity.time_zone)
    kept = RegisterDay.objects.filter(entity=entity, time_zone=entity.time_zone)
    summed = set(kept.values_list("day", flat=True))
    for ahead in range((until - begin).days):
        day = begin + timedelta(days=ahead)
        if day not in summed:
            yield day
