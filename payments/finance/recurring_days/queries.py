"""What is kept of an entity's recurring revenue: sums of whole days, and what stood at the end of one."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateField,
    F,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, TruncMonth

from payments.entities.models import LegalEntity
from payments.finance.measures.movements import MovementKind, Stock, Sums
from payments.finance.recurring_days.models import RecurringDay, RecurringMoved, RecurringStood

# What a row of the one statement says.
_DAY, _SUM, _BEFORE, _STOOD, _ANY = range(5)
_COLUMNS = ("part", "on", "of_currency", "of_kind", "sum_count", "sum_annual")
# The sums of a month's days by its first day, and then by currency.
MonthSums = dict[date, dict[str, Sums]]


@dataclass(slots=True)
class KeptDays:
    """The days of a period that are kept, in their order, what they come to, and the last one before the period.

    `stood` is what stood at the end of the day `before`. `is_any` says whether any day of the entity is kept.
    """

    days: list[date] = field(default_factory=list)
    sums: MonthSums = field(default_factory=lambda: defaultdict(dict))
    before: date | None = None
    stood: dict[str, Stock] = field(default_factory=dict)
    is_any: bool = False


def kept_days(
    entity: LegalEntity, first: date | None, last: date | None, *, is_opening_only: bool = False
) -> KeptDays:
    """Return what is kept of the days from `first` to `last`, both included, None without a bound.

    In one statement, so that the sums are those of the very days, although some may go at any moment. Days of another
    time zone than the entity's are none.
    """
    kept = KeptDays()
    days = RecurringDay.objects.filter(entity=entity, time_zone=entity.time_zone).order_by()
    parts = [_days(days.filter(pk=_one(days.order_by("day"))), _ANY)]
    if first:
        before = _one(days.filter(day__lt=first).order_by("-day"))
        stood = RecurringStood.objects.filter(day=before).order_by()
        parts += [_days(days.filter(pk=before), _BEFORE), _stood(stood)]
    if not is_opening_only:
        wanted = {
            **({"day__gte": first} if first else {}),
            **({"day__lte": last} if last else {}),
        }
        within = days.filter(**wanted)
        parts += [_days(within, _DAY), _sums(RecurringMoved.objects.filter(day__in=within))]
    told, *others = parts
    for part, on, currency, kind, count, annual in told.union(*others, all=True):
        match part:
            case _ if part == _DAY:
                kept.days.append(on)
            case _ if part == _SUM:
                of_month = kept.sums[on].setdefault(currency, {})
                of_month[MovementKind(kind)] = Stock(int(annual), int(count))
            case _ if part == _BEFORE:
                kept.before = on
            case _ if part == _STOOD:
                kept.stood[currency] = Stock(int(annual), int(count))
            case _:
                kept.is_any = True
    kept.days.sort()
    return kept


def _one(days: QuerySet[RecurringDay]) -> Subquery:
    return Subquery(days.values("pk")[:1])


def _days(days: QuerySet[RecurringDay], part: int) -> QuerySet[Any, Any]:
    words = {"of_currency": Value(""), "of_kind": Value("")}
    return _rows(days.annotate(on=F("day"), **words, sum_count=_big(0), sum_annual=_big(0)), part)


def _stood(stood: QuerySet[RecurringStood]) -> QuerySet[Any, Any]:
    no_day = Cast(Value(None), DateField())
    figures = {"sum_count": Cast("count", BigIntegerField()), "sum_annual": F("annual")}
    told = stood.annotate(on=no_day, of_currency=F("currency"), of_kind=Value(""), **figures)
    return _rows(told, _STOOD)


def _sums(moved: QuerySet[RecurringMoved]) -> QuerySet[Any, Any]:
    keys = {
        "on": Cast(TruncMonth("day__day"), DateField()),
        "of_currency": F("currency"),
        "of_kind": F("kind"),
    }
    figures = {"sum_count": Sum("count"), "sum_annual": Sum("annual")}
    return _rows(moved.order_by().values(**keys).annotate(**figures), _SUM)


def _rows(told: QuerySet[Any, Any], part: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = told.annotate(part=Value(part)).values_list(*_COLUMNS)
    return rows


def _big(figure: int) -> Cast:
    return Cast(Value(figure), BigIntegerField())
