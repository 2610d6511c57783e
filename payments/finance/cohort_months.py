"""Retention's cohorts: which months are looked at, and on which day each age of a cohort is seen."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from payments.entities.queries import zone_of
from payments.finance.filters import PeriodForm, currency_field, day_field
from payments.finance.measures.cohorts import Cohort, Month, cohorts
from payments.finance.plan_book import stories_begun
from payments.finance.recurring_months import civil_months
from payments.finance.selections import PeriodSelection
from payments.periods import civil_date, midnight


@dataclass(frozen=True, slots=True)
class CohortSelection(PeriodSelection):
    """Gifts that began in the months from `first` to `last`, seen until the day `until`; empty is `last`."""

    until: date | None = None
    currency: str = ""


class CohortForm(PeriodForm):
    """The filters of retention."""

    initial_period = "This year"

    until = day_field("Seen until")
    currency = currency_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        last, until = cleaned.get("last"), cleaned.get("until")
        if last and until and until < last:
            self.add_error("until", "This day is before the last one on which gifts began.")
        return cleaned


@dataclass(frozen=True, slots=True)
class SeenCohort:
    """A cohort with the days that it began in, and the day on which each of its ages is looked at."""

    cohort: Cohort
    last_day: date
    seen_on: list[date]


def seen_cohorts(selection: CohortSelection) -> list[SeenCohort]:
    """Return the cohorts of the selection, by month and currency; three statements."""
    zone = zone_of(selection.entity)
    first = selection.first.replace(day=1) if selection.first else None
    stories = stories_begun(
        selection.entity,
        midnight(first, zone) if first else None,
        midnight(_after_month(selection.last), zone) if selection.last else None,
    )
    days = [
        civil_date(at, zone)
        for story in stories
        for at in (story.started_at, *(change.at for change in story.changes))
    ]
    last = selection.last or max(days, default=None)
    spans = civil_months(
        first or min((day.replace(day=1) for day in days), default=None), selection.until or last
    )
    if not spans:
        return []
    months = [Month(begins, midnight(ends + timedelta(days=1), zone)) for begins, ends in spans]
    places = {begins: place for place, (begins, _) in enumerate(spans)}
    return [
        SeenCohort(
            cohort,
            spans[places[cohort.month]][1],
            [ends for _, ends in spans[places[cohort.month] :]],
        )
        for cohort in cohorts(stories, months, midnight(months[0].first, zone))
        if last and cohort.month <= last and selection.currency in ("", cohort.currency)
    ]


def _after_month(day: date) -> date:
    """Return the first day of the month after a day's: no later gift is of its cohort."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
