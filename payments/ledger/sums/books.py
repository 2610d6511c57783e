"""The two books that are summed by day: what their rows are, when each counts, and where the sums are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic

from django.db.models import Aggregate, Count, Expression, F, Model, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from payments.entities.models import LegalEntity
from payments.ledger.models import BalanceTransaction, LedgerEntry, LedgerPosting
from payments.ledger.sums.models import EntryDay, EntrySum, LineDay, LineSum
from payments.ledger.sums.spans import Point, instants


@dataclass(frozen=True, slots=True)
class Book(Generic[Point]):
    """Rows that are summed by day, and their sums.

    `at` is the field of a row by which it counts, `day` the day that this is, `span` the bounds of a day in it. Rows
    are summed by `keys` to `figures`; both are named as the columns of a sum. `inserted` is the table whose rows come
    last when something is booked, and `owner` what the row of a summed day says besides its day.
    """

    rows: QuerySet[Any]
    at: str
    day: Expression | F
    span: Callable[[date], tuple[Point, Point]]
    keys: tuple[str, ...]
    figures: dict[str, Aggregate]
    inserted: type[Model]
    days: QuerySet[Any]
    sums: QuerySet[Any]
    owner: dict[str, Any]


def lines_book() -> Book[datetime]:
    """Return the lines of Stripe's ledger, of the whole account, by UTC days of Stripe's time."""
    return Book(
        rows=BalanceTransaction.objects.order_by(),
        at="created_at",
        day=TruncDate("created_at", tzinfo=UTC),
        span=instants,
        keys=("currency", "reporting_category"),
        figures={"count": Count("id"), "amount": Sum("amount"), "fee": Sum("fee")},
        inserted=BalanceTransaction,
        days=LineDay.objects.order_by(),
        sums=LineSum.objects.order_by(),
        owner={},
    )


def entries_book(entity: LegalEntity) -> Book[date]:
    """Return the ledger's entries of an entity by accounting days; corrections are entries as any other."""
    return Book(
        rows=LedgerEntry.objects.filter(posting__entity=entity).order_by(),
        at="posting__accounting_on",
        day=F("posting__accounting_on"),
        span=lambda day: (day, day + timedelta(days=1)),
        keys=("currency", "account", "gift_class", "fund_id"),
        figures={
            "count": Count("id"),
            "debit": Sum("amount", filter=Q(amount__gt=0), default=0),
            "credit": Sum(-F("amount"), filter=Q(amount__lt=0), default=0),
        },
        inserted=LedgerPosting,
        days=EntryDay.objects.filter(entity=entity).order_by(),
        sums=EntrySum.objects.filter(day__entity=entity).order_by(),
        owner={"entity": entity},
    )
