"""Sums of gifts as SQL text that both databases understand: one text for what is kept and for what is added up live."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, IntegerField, Max, Min, QuerySet, Value, When

from payments.donations.giving.models import GivingCalendar, GivingChange, GivingYear
from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.periods import Period, civil_date, fiscal_year, year

# What a sum says, in the order of its columns: those of GivingYear without the entity.
SUMS = (
    "customer_id", "year", "currency", "given", "gift_count", "largest", "last_at", "last_payment_id", "last_given",
)  # fmt: skip
_NAMES = ", ".join(SUMS)
_CHANGE = GivingChange._meta.db_table  # noqa: SLF001  Django's documented model API
_YEAR = GivingYear._meta.db_table  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement or a part of one, with the values of its placeholders in their order."""

    text: str
    params: tuple[Any, ...] = ()


def calendar_of(entity: LegalEntity) -> GivingCalendar:
    """Return how the entity's years begin now."""
    return GivingCalendar(
        entity=entity,
        time_zone=entity.time_zone,
        start_month=entity.fiscal_year_start_month,
        start_day=entity.fiscal_year_start_day,
    )


def period_of(calendar: GivingCalendar, began_in: int) -> Period:
    """Return the year that began in a calendar year."""
    return year(began_in, calendar.start_month, calendar.start_day, calendar.time_zone)


def year_of(calendar: GivingCalendar, day: date) -> int:
    """Return the calendar year in which the year that holds a day began."""
    return fiscal_year(day, calendar.start_month, calendar.start_day)


def standing(entity: LegalEntity) -> QuerySet[Any]:
    """Return the settled payments of an entity of which something stands, annotated with how much: `stands`."""
    gifts: QuerySet[Any] = (
        Payment.objects.filter(donation__entity=entity, status__in=Payment.SETTLED)
        .annotate(stands=F("amount") - F("refunded_amount") - F("lost_amount"))
        .filter(stands__gt=0)
    )
    return gifts


def live_sums(
    calendar: GivingCalendar, customers: Collection[int] | QuerySet[GivingChange, Any] | None = None
) -> Sql:
    """Add up the gifts themselves by payer, year and currency: of all payers, or of these by their ids.

    Years are told by bounds that are read here and now; whoever keeps the sums has read the marks before.
    """
    gifts = standing(calendar.entity).order_by()
    if customers is not None:
        gifts = gifts.filter(donation__customer__in=customers)
    rows = gifts.annotate(giver=F("donation__customer"), began_in=_began_in(calendar)).values_list(
        "id", "succeeded_at", "currency", "giver", "began_in", "stands"
    )
    text, params = rows.query.sql_with_params()
    place = "PARTITION BY giver, began_in, currency ORDER BY succeeded_at DESC, id DESC"
    return Sql(
        "SELECT giver AS customer_id, began_in AS year, currency, CAST(SUM(stands) AS bigint) AS given,"  # noqa: S608  our own names
        " COUNT(*) AS gift_count, MAX(stands) AS largest, MAX(succeeded_at) AS last_at,"
        " MAX(CASE WHEN place = 1 THEN id END) AS last_payment_id,"
        " MAX(CASE WHEN place = 1 THEN stands END) AS last_given"
        f" FROM (SELECT gift.*, ROW_NUMBER() OVER ({place}) AS place FROM ({text}) gift) placed"
        " GROUP BY giver, began_in, currency",
        params,
    )


def kept_sums(entity: LegalEntity) -> Sql:
    """Return what is kept of payers without a mark."""
    return Sql(
        f"SELECT {_NAMES} FROM {_YEAR} kept WHERE entity_id = %s"  # noqa: S608  our own names
        f" AND NOT EXISTS (SELECT 1 FROM {_CHANGE} mark WHERE mark.customer_id = kept.customer_id)",
        (entity.pk,),
    )


def giving_sums(entity: LegalEntity) -> Sql:
    """Return one row for each payer, year and currency in which something stands, with the columns SUMS.

    Kept where the payer has no mark, live where there is one, and all live while none are kept of the entity's years;
    always what the gifts themselves add up to, in whatever snapshot the statement reads.
    """
    calendar = calendar_of(entity)
    if not is_kept(calendar):
        return live_sums(calendar)
    kept = kept_sums(entity)
    live = live_sums(calendar, GivingChange.objects.values("customer"))
    return Sql(f"{kept.text} UNION ALL {live.text}", (*kept.params, *live.params))


def is_kept(calendar: GivingCalendar) -> bool:
    """Say whether sums of just these years are kept."""
    return GivingCalendar.objects.filter(
        entity=calendar.entity,
        time_zone=calendar.time_zone,
        start_month=calendar.start_month,
        start_day=calendar.start_day,
    ).exists()


def _began_in(calendar: GivingCalendar) -> Case | Value:
    """Return a gift's year by the bounds of all the years there may be gifts of."""
    ends = Payment.objects.aggregate(first=Min("succeeded_at"), last=Max("succeeded_at"))
    if ends["first"] is None:
        return Value(0)
    # A gift of another year may come between this look and the sums.
    margin = timedelta(days=366)
    first, last = (
        year_of(calendar, civil_date(instant, calendar.time_zone))
        for instant in (ends["first"] - margin, ends["last"] + margin)
    )
    bounds = [
        When(succeeded_at__lt=period_of(calendar, each).ends_at, then=Value(each))
        for each in range(first, last)
    ]
    return Case(*bounds, default=Value(last), output_field=IntegerField())
