"""What people gave by the newspaper's own years, refunds and what banks took back for good taken off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Sum,
    Value,
    When,
)

from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.finance.filters import ReportForm
from payments.periods import Period, civil_date, fiscal_year
from payments.periods import year as fiscal_period

_CHUNK = 2000
_PERSON = "donation__customer__party"


def year_field(label: str) -> forms.IntegerField:
    """Return a field for a year of the books by the calendar year in which it began; empty does not narrow."""
    return forms.IntegerField(label=label, required=False, min_value=2000, max_value=2100)


class YearForm(ReportForm):
    """A report of one of the newspaper's years."""

    year = year_field("Year")

    @classmethod
    def defaults(cls, today: date) -> dict[str, str]:
        return {"year": str(this_year(today))}


def this_year(today: date) -> int:
    """Return the year of the first newspaper that holds a day."""
    entity = LegalEntity.objects.order_by("id").first()
    return _year_of(entity, today) if entity else today.year


@dataclass(frozen=True, slots=True)
class LapsedGiving:
    """What one person who does not give any more gave in one currency, minor units; the times are of gifts.

    `gave_last_year` is about the person, in whatever currency.
    """

    supporter: UUID
    name: str
    email: str
    currency: str
    gave_last_year: bool
    last_at: datetime
    last: int
    largest: int
    lifetime: int
    gift_count: int
    year_count: int


def standing_gifts(entity: LegalEntity) -> QuerySet[Any]:
    """Return the payments of known people of which something stands, annotated with how much it is: `stands`."""
    gifts: QuerySet[Any] = (
        Payment.objects.filter(donation__entity=entity, status__in=Payment.SETTLED)
        .annotate(stands=F("amount") - F("refunded_amount") - F("lost_amount"))
        .filter(stands__gt=0, donation__customer__party__isnull=False)
    )
    return gifts


class GivingYears:
    """The gifts of an entity's people by its own years, which begin on its fiscal year's first day.

    A gift counts with what stands of it now, on the day it settled; one that went back whole is none. Gifts of which
    nobody knows whose they are are left out.
    """

    def __init__(self, slug: str) -> None:
        self._entity = LegalEntity.objects.get(slug=slug)
        self._gifts = standing_gifts(self._entity)

    def span(self) -> tuple[int, int] | None:
        """Return the first and the last year with gifts."""
        ends = self._gifts.aggregate(first=Min("succeeded_at"), last=Max("succeeded_at"))
        if ends["first"] is None:
            return None
        zone = self._entity.time_zone
        first, last = (
            _year_of(self._entity, civil_date(ends[name], zone)) for name in ("first", "last")
        )
        return first, last

    def lapsed(self, year: int) -> Iterator[LapsedGiving]:
        """Yield who gave before a year and not in it, by last gift, newest first, and person and currency.

        One statement finds them; two for each so many of them say what each gave last and whether in the year before.
        Asked for with each gift, those two would be asked millions of times.
        """
        period = self._period(year)
        theirs = self._gifts.filter(donation__customer__party=OuterRef(_PERSON))
        earlier = self._gifts.filter(succeeded_at__lt=period.starts_at)
        rows = (
            earlier.filter(~Exists(theirs.filter(**_within(period))))
            .annotate(year=self._years(year - 1))
            .order_by()
            .values(_PERSON, "currency")
            .annotate(
                name=Max("donation__customer__name"),
                email=Max("donation__customer__email"),
                last_at=Max("succeeded_at"),
                largest=Max("stands"),
                lifetime=Sum("stands"),
                gift_count=Count("id"),
                year_count=Count("year", distinct=True),
            )
            .order_by("-last_at", _PERSON, "currency")
        )
        found = rows.iterator(chunk_size=_CHUNK)
        while batch := list(islice(found, _CHUNK)):
            people = {row[_PERSON] for row in batch}
            lately = self._gifts.filter(
                **_within(self._period(year - 1)), **{f"{_PERSON}__in": people}
            )
            gave = set(lately.order_by().values_list(_PERSON, flat=True).distinct())
            last = self._last_gifts(earlier, people)
            for row in batch:
                person = row.pop(_PERSON)
                yield LapsedGiving(
                    supporter=person,
                    gave_last_year=person in gave,
                    last=last[person, row["currency"]],
                    **row,
                )

    def _last_gifts(
        self, gifts: QuerySet[Any, Any], people: set[UUID]
    ) -> dict[tuple[UUID, str], int]:
        """Return what stands of the last of these gifts that each of these people gave in each currency."""
        told = gifts.filter(**{f"{_PERSON}__in": people}).order_by("succeeded_at", "id")
        return {
            (person, currency): stands
            for person, currency, stands in told.values_list(_PERSON, "currency", "stands")
        }

    def days(self, year: int) -> tuple[date, date]:
        """Return the first and the last day of a year."""
        period, zone = self._period(year), self._entity.time_zone
        last = civil_date(period.ends_at, zone) - timedelta(days=1)
        return civil_date(period.starts_at, zone), last

    def donors(self, last_year: int) -> Iterator[tuple[UUID, int, str, int, str, str]]:
        """Yield the rows of `by_year`, each with its person's name and email."""
        rows: QuerySet[Any, Any] = self._by_year(last_year).annotate(
            name=Max("donation__customer__name"), email=Max("donation__customer__email")
        )
        return rows.iterator(chunk_size=_CHUNK)

    def by_year(self, last_year: int) -> Iterator[tuple[UUID, int, str, int]]:
        """Yield what each person gave in each year and currency until the end of a year, ordered by person."""
        return self._by_year(last_year).iterator(chunk_size=_CHUNK)

    def _by_year(self, last_year: int) -> QuerySet[Any, Any]:
        rows: QuerySet[Any, Any] = (
            self._gifts.filter(succeeded_at__lt=self._period(last_year).ends_at)
            .annotate(year=self._years(last_year))
            .order_by()
            .values_list(_PERSON, "year", "currency")
            .annotate(given=Sum("stands"))
            .order_by(_PERSON, "year", "currency")
        )
        return rows

    def _years(self, last: int) -> Case | Value:
        """Return a gift's year, which is `last` at most."""
        span = self.span()
        earlier = range(span[0], last) if span else ()
        bounds = [
            When(succeeded_at__lt=self._period(year).ends_at, then=Value(year)) for year in earlier
        ]
        return Case(*bounds, default=Value(last), output_field=IntegerField())

    def _period(self, year: int) -> Period:
        entity = self._entity
        return fiscal_period(
            year, entity.fiscal_year_start_month, entity.fiscal_year_start_day, entity.time_zone
        )


def _within(period: Period) -> dict[str, datetime]:
    return {"succeeded_at__gte": period.starts_at, "succeeded_at__lt": period.ends_at}


def _year_of(entity: LegalEntity, day: date) -> int:
    return fiscal_year(day, entity.fiscal_year_start_month, entity.fiscal_year_start_day)
