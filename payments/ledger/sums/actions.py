"""Writes of the sums: made by night for days that are past, gone with whatever is booked on such a day later."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from payments.entities.models import LegalEntity
from payments.ledger.models import BalanceTransaction, LedgerPosting
from payments.ledger.sums.books import Book, entries_book, lines_book
from payments.ledger.sums.queries import summed_rows
from payments.ledger.sums.spans import Point
from payments.periods import civil_date

# Nearly all that is booked on a day has come by then.
_REST = timedelta(days=2)


def sum_past_days(*, now: datetime) -> int:
    """Sum each day that ended two days ago and is not summed, one transaction a day; returns how many.

    Safe to repeat, to race and to stop anywhere: what is not summed is read from the rows until it is.
    """
    since = now - _REST
    made = _sum_days(lines_book(), until=since.astimezone(UTC).date(), now=now)
    for entity in LegalEntity.objects.order_by("pk"):
        until = civil_date(since, entity.time_zone)
        made += _sum_days(entries_book(entity), until=until, now=now)
    return made


def _sum_days(book: Book[Point], *, until: date, now: datetime) -> int:
    days = list(_days_to_sum(book, until))
    for day in days:
        with transaction.atomic():
            hold_still(book)
            sum_day(book, day, now=now)
    return len(days)


def _days_to_sum(book: Book[Point], until: date) -> Iterator[date]:
    first = book.rows.order_by(book.at).values_list(book.day, flat=True).first()
    if first is None:
        return
    summed = set(book.days.filter(day__lt=until).values_list("day", flat=True))
    for ahead in range((until - first).days):
        day = first + timedelta(days=ahead)
        if day not in summed:
            yield day


def hold_still(book: Book[Point]) -> None:
    """Let nobody book until the end of the caller's transaction; those who are booking finish first.

    So a row is either seen by whoever sums its day, or its booking begins afterwards and finds the day summed. A
    snapshot alone would miss the row of a transaction that is still open, which looked for the day before it was
    summed. Whoever books holds the table's ROW EXCLUSIVE lock to its end anyway, and SHARE waits for that. On SQLite
    whoever writes is alone.
    """
    if connection.vendor == "postgresql":
        table = book.inserted._meta.db_table  # noqa: SLF001  Django's documented model API
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")


def sum_day(book: Book[Point], day: date, *, now: datetime) -> None:
    """Keep the sums of a day, unless they are there; the caller has the book held still."""
    row, is_new = book.days.get_or_create(day=day, **book.owner, defaults={"summed_at": now})
    if not is_new:
        return
    names = (*book.keys, *book.figures)
    model = book.sums.model
    model._default_manager.bulk_create(  # noqa: SLF001  Django's documented name
        model(day=row, **dict(zip(names, sums, strict=True)))
        for sums in summed_rows(book, [book.span(day)])
    )


def forget_sums(
    *, lines: Collection[BalanceTransaction] = (), postings: Collection[LedgerPosting] = ()
) -> None:
    """Delete the sums of the days of these rows, in the transaction that inserted them and after they were."""
    days = {line.created_at.astimezone(UTC).date() for line in lines}
    if days:
        _forget(lines_book(), days)
    entities = {posting.entity_id: posting.entity for posting in postings}
    for _, entity in sorted(entities.items()):
        _forget(
            entries_book(entity),
            {each.accounting_on for each in postings if each.entity_id == entity.pk},
        )


def _forget(book: Book[Point], days: Collection[date]) -> None:
    """Locked in their order, so that two who book on the same days wait for each other in one."""
    summed = book.days.filter(day__in=days).order_by("day").select_for_update()
    keys = [row.pk for row in summed]
    if keys:
        book.days.filter(pk__in=keys).delete()
