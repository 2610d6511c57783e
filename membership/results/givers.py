"""What readers of each variant gave, as samples; and what their gifts have come to within a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate

from membership.results.money import of_prompt
from membership.results.selections import ResultsSelection
from payments.donations.models import Payment

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class FirstGifts:
    """First collections that settled: `net` is what stands of them, `squares` sums the square of each; minor units."""

    gifts: int = 0
    net: int = 0
    squares: int = 0


@dataclass(frozen=True, slots=True)
class FirstYear:
    """What stands of all collections within a year of a gift's first, in minor units of one currency.

    `observed` is of every gift so far; `whole` only of the `whole_count` gifts whose year is over.
    """

    observed: int
    whole: int
    whole_count: int


def first_gifts(
    selection: ResultsSelection,
) -> dict[tuple[date, str, str], FirstGifts]:
    """Return the first gifts by civil day, variant and currency, in one query."""
    period = selection.period
    net = _net()
    rows = (
        _settled(selection)
        .filter(
            donation__sequence=1,
            succeeded_at__gte=period.starts_at,
            succeeded_at__lt=period.ends_at,
        )
        .annotate(day=TruncDate("succeeded_at", tzinfo=ZoneInfo(selection.zone)))
        .order_by()
        .values_list("day", "of_variant", "currency")
        # Squares of large amounts are more than whole numbers of the database hold.
        .annotate(
            count=Count("pk"),
            net=Sum(net),
            squares=Sum(Cast(net, FloatField()) * Cast(net, FloatField())),
        )
    )
    return {
        (day, variant, currency): FirstGifts(count, total, round(squares))
        for day, variant, currency, count, total, squares in rows
    }


def first_years(
    selection: ResultsSelection, dimensions: Sequence[str], *, now: datetime
) -> Mapping[tuple[str, ...], dict[str, FirstYear]]:
    """Return what the gifts that began in the period came to within a year, by dimensions and currency."""
    period = selection.period
    began = Coalesce("donation__plan__started_at", "succeeded_at")
    ends = ExpressionWrapper(F("began") + _YEAR, output_field=DateTimeField())
    is_whole = Q(began__lte=now - _YEAR)
    net = _net()
    rows = (
        _settled(selection)
        .annotate(began=began)
        .filter(began__gte=period.starts_at, began__lt=period.ends_at, succeeded_at__lt=ends)
        .order_by()
        .values_list("currency", *(f"of_{name}" for name in dimensions))
        .annotate(
            observed=Sum(net),
            whole=Sum(net, filter=is_whole, default=0),
            whole_count=Count("pk", filter=is_whole & Q(donation__sequence=1)),
        )
    )
    found: dict[tuple[str, ...], dict[str, FirstYear]] = {}
    for currency, *values, observed, whole, whole_count in rows:
        found.setdefault(tuple(values), {})[currency] = FirstYear(observed, whole, whole_count)
    return found


def _settled(selection: ResultsSelection) -> QuerySet[Any]:
    settled = Payment.objects.filter(
        status__in=Payment.SETTLED, donation__entity__slug=selection.entity
    )
    return of_prompt(settled, "donation__", selection)


def _net() -> Any:
    """What stands of a payment, as `Payment.net_given` says."""
    return Greatest(F("amount") - F("refunded_amount") - F("lost_amount"), 0)
