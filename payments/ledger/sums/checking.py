"""Compare sums with the rows that they are of; where they differ, the rows are right."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from payments.entities.models import LegalEntity
from payments.ledger.sums.actions import hold_still, sum_day
from payments.ledger.sums.books import Book, entries_book, lines_book
from payments.ledger.sums.spans import Point

logger = logging.getLogger(__name__)

# So many days are compared at once, which bounds what is held in memory.
_STEP = timedelta(days=31)


def differing_days(book: Book[Point], first: date, last: date) -> list[date]:
    """Return the summed days from `first` to `last`, both included, whose sums are not those of the rows."""
    summed = book.days.filter(day__range=(first, last)).order_by("day")
    days = list(summed.values_list("day", flat=True))
    if not days:
        return []
    at = {
        f"{book.at}__gte": book.span(days[0])[0],
        f"{book.at}__lt": book.span(days[-1])[1],
    }
    live = book.rows.filter(**at).annotate(on=book.day).values_list("on", *book.keys)
    rows = _by_day(live.annotate(**{f"sum_{name}": each for name, each in book.figures.items()}))
    kept = _by_day(
        book.sums.filter(day__day__range=(first, last)).values_list(
            "day__day", *book.keys, *book.figures
        )
    )
    return [day for day in days if rows[day] != kept[day]]


def _by_day(rows: Any) -> defaultdict[date, set[tuple[Any, ...]]]:
    found: defaultdict[date, set[tuple[Any, ...]]] = defaultdict(set)
    for day, *sums in rows:
        found[day].add(tuple(sums))
    return found


def check_day_sums(*, now: datetime) -> int:
    """Compare all sums with their rows and make those that differ again; returns how many days did.

    Each is an error in the log: whoever books lets the sums of the day go, so something else has changed a row.
    """
    books: list[Book[Any]] = [lines_book()]
    books += [entries_book(entity) for entity in LegalEntity.objects.order_by("pk")]
    return sum(_make_again(book, day, now) for book in books for day in _differing(book))


def _differing(book: Book[Point]) -> Iterator[date]:
    days = book.days.order_by("day").values_list("day", flat=True)
    first, last = days.first(), days.last()
    while first is not None and last is not None and first <= last:
        yield from differing_days(book, first, first + _STEP - timedelta(days=1))
        first += _STEP


def _make_again(book: Book[Point], day: date, now: datetime) -> bool:
    with transaction.atomic():
        hold_still(book)
        # Looked at again, because something may have been booked between the sums and the rows.
        if not differing_days(book, day, day):
            return False
        book.days.filter(day=day).delete()
        sum_day(book, day, now=now)
    name = book.inserted._meta.verbose_name_plural  # noqa: SLF001  Django's documented model API
    logger.error("The sums of %s were not those of the %s; they are made again.", day, name)
    return True
