"""Writes of the sums: the payers with a mark are summed anew, some thousand a transaction."""

from collections.abc import Collection

from django.db import connection, transaction

from payments.donations.giving.models import GivingCalendar, GivingChange, GivingYear
from payments.donations.giving.sql import SUMS, Sql, calendar_of, live_sums
from payments.donations.models import Payment
from payments.entities.models import LegalEntity

# Marks that are worked off in one transaction.
_CHUNK = 5000
_CALENDAR = ("time_zone", "start_month", "start_day")


def sum_changed_givers() -> int:
    """Sum anew the payers that have a mark by now; returns how many marks are gone.

    Safe to repeat, to race and to stop anywhere: who has a mark is added up live until it is gone. A mark is read
    before its payer is summed and goes with the sums, so that a change which commits in between leaves its own.
    """
    for entity in LegalEntity.objects.order_by("pk"):
        _follow_calendar(entity)
    newest = GivingChange.objects.order_by("-pk").values_list("pk", flat=True).first()
    done = 0
    while newest is not None and (count := _sum_some(newest)):
        done += count
    return done


@transaction.atomic
def _follow_calendar(entity: LegalEntity) -> None:
    """Begin anew where no sums are kept, or such of other years than the entity's: every giver of it gets a mark."""
    calendar = calendar_of(entity)
    kept, is_new = GivingCalendar.objects.select_for_update().get_or_create(
        entity=entity, defaults={name: getattr(calendar, name) for name in _CALENDAR}
    )
    if not is_new and all(getattr(kept, name) == getattr(calendar, name) for name in _CALENDAR):
        return
    GivingYear.objects.filter(entity=entity).delete()
    mark_every_giver(entity)
    calendar.pk = kept.pk
    calendar.save()


def mark_every_giver(entity: LegalEntity) -> None:
    """Let nobody believe any of the entity's kept sums until all are made again."""
    givers = Payment.objects.filter(donation__entity=entity, status__in=Payment.SETTLED).order_by()
    distinct = givers.values_list("donation__customer_id").distinct()
    _insert(GivingChange._meta.db_table, ("customer_id",), Sql(*distinct.query.sql_with_params()))  # noqa: SLF001


@transaction.atomic
def _sum_some(newest: int) -> int:
    """Sum the payers of some marks up to `newest` and delete those; returns how many they are, 0 when none is left."""
    calendars = hold_sums()
    marks = list(
        GivingChange.objects.filter(pk__lte=newest)
        .order_by("customer_id", "pk")
        .values_list("pk", "customer_id")[:_CHUNK]
    )
    customers = {customer for _, customer in marks}
    GivingYear.objects.filter(customer__in=customers).delete()
    for calendar in calendars:
        keep_sums(calendar, customers)
    GivingChange.objects.filter(pk__in=[mark for mark, _ in marks]).delete()
    return len(marks)


def hold_sums() -> list[GivingCalendar]:
    """Let nobody else make or compare sums until the end of the caller's transaction; returns those there are.

    Of two who sum one payer at a time, the one who saw less could come last, when the mark of the rest is gone.
    """
    calendars = GivingCalendar.objects.select_for_update(of=("self",)).select_related("entity")
    return list(calendars.order_by("pk"))


def keep_sums(calendar: GivingCalendar, customers: Collection[int]) -> None:
    """Keep what these payers gave to an entity; the caller has the sums held and those of these payers deleted."""
    if not customers:
        return
    sums = live_sums(calendar, customers)
    names = ", ".join(SUMS)
    rows = Sql(f"SELECT %s, {names} FROM ({sums.text}) live", (calendar.entity_id, *sums.params))  # noqa: S608
    _insert(GivingYear._meta.db_table, ("entity_id", *SUMS), rows)  # noqa: SLF001


def _insert(table: str, columns: Collection[str], rows: Sql) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {rows.text}", rows.params)
