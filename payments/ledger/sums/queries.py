"""What moved from one time to another: whole days that are summed from their sums, all else from the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from payments.entities.models import LegalEntity
from payments.ledger.accounts import LedgerAccount
from payments.ledger.sums.books import Book, entries_book, lines_book
from payments.ledger.sums.spans import Point, Span, gaps, whole_days

# Where more days than this have lost their sums, looking for each costs more than reading everything.
_MOST_GAPS = 100

# Keys, then figures, as a book names them.
Moved = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LinesMoved:
    """What lines of Stripe's ledger of one currency and reporting category moved; signed minor units."""

    currency: str
    category: str
    count: int
    amount: int
    fee: int

    @property
    def net(self) -> int:
        return self.amount - self.fee


@dataclass(frozen=True, slots=True)
class EntriesMoved:
    """What entries of one currency, account, class and fund moved; both sides positive, in minor units."""

    currency: str
    account: LedgerAccount
    gift_class: str
    fund_id: int | None
    count: int
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        return self.debit - self.credit


def lines_moved(begin: datetime | None = None, end: datetime | None = None) -> list[LinesMoved]:
    """Return what the lines of Stripe's ledger in [begin, end) moved, by its time; None is without a bound.

    In two statements at most, and always what the rows themselves add up to.
    """
    days = whole_days(begin, end)
    return [LinesMoved(*row) for row in _moved(lines_book(), (begin, end), days)]


def entries_moved(
    entity: LegalEntity, *, first: date | None = None, last: date | None = None
) -> list[EntriesMoved]:
    """Return what an entity's accounts moved by accounting date from `first` to `last`, both included.

    In two statements at most, and always what the rows themselves add up to.
    """
    days = (first, last and last + timedelta(days=1))
    return [
        EntriesMoved(currency, LedgerAccount(account), *rest)
        for currency, account, *rest in _moved(entries_book(entity), days, days)
    ]


def summed_rows(book: Book[Point], spans: Iterable[Span[Point]]) -> QuerySet[Any]:
    """Add up the rows of some times themselves."""
    wanted = Q()
    for begin, end in spans:
        wanted |= _between(book.at, (begin, end))
    figures = {f"sum_{name}": figure for name, figure in book.figures.items()}
    rows: QuerySet[Any] = book.rows.filter(wanted).values_list(*book.keys)
    summed: QuerySet[Any] = rows.annotate(**figures)
    return summed


def _moved(book: Book[Point], time: Span[Point], days: Span[date]) -> list[Moved]:
    kept = _kept(book, days)
    spans = gaps((book.span(day) for day in kept.days), *time)
    if len(spans) > _MOST_GAPS:
        moved = list(summed_rows(book, [time]))
    else:
        moved = [*kept.sums, *(summed_rows(book, spans) if spans else ())]
    width = len(book.keys)
    totals: dict[tuple[Any, ...], list[int]] = {}
    for row in moved:
        total = totals.setdefault(row[:width], [0] * len(book.figures))
        for place, figure in enumerate(row[width:]):
            total[place] += figure
    return [(*key, *total) for key, total in totals.items()]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Days that are summed, in their order, and what they come to together."""

    days: list[date]
    sums: list[Moved]


def _kept(book: Book[Point], days: Span[date]) -> _Kept:
    """Return what is kept of the days within `days`.

    In one statement, so that the sums are those of the very days, although some may go at any moment.
    """
    begin, end = days
    if begin and end and begin >= end:
        return _Kept([], [])
    keys: dict[str, F] = {f"of_{key}": F(key) for key in book.keys}
    figures: dict[str, Sum] = {f"sum_{name}": Sum(name) for name in book.figures}
    names = ["on", *keys, *figures]
    sums = book.sums.filter(_between("day__day", days)).values(**keys).annotate(**figures)
    no_keys = {name: _no_key(name) for name in keys}
    told = book.days.filter(_between("day", days)).annotate(
        on=F("day"), **no_keys, **dict.fromkeys(figures, Value(0))
    )
    no_day = Cast(Value(None), DateField())
    rows: list[Moved] = list(
        sums.annotate(on=no_day).values_list(*names).union(told.values_list(*names), all=True)
    )
    return _Kept(
        days=sorted(row[0] for row in rows if row[0]),
        sums=[row[1:] for row in rows if not row[0]],
    )


def _no_key(name: str) -> Cast | Value:
    return Cast(Value(None), BigIntegerField()) if name.endswith("_id") else Value("")


def _between(field: str, span: Span[Any]) -> Q:
    begin, end = span
    after = Q() if begin is None else Q(**{f"{field}__gte": begin})
    return after if end is None else after & Q(**{f"{field}__lt": end})
