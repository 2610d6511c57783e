"""R5, retention: of the gifts that began in a month, how many still run so many months later, and with how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms

from payments.campaigns.models import CampaignCurrency
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.filters import PeriodForm, day_field
from payments.finance.measures.cohorts import Cohort, Month, by_currency, cohorts
from payments.finance.plan_book import stories_begun
from payments.finance.recurring_months import civil_months
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.periods import civil_date, midnight

_COLUMNS = (
    Column("month", heading="Begun in"),
    Column("currency", is_shown=False),
    Column("age", ColumnKind.INTEGER, heading="Months later"),
    Column("begun_gifts", ColumnKind.INTEGER, heading="Gifts begun"),
    Column("standing_gifts", ColumnKind.INTEGER, heading="Still given"),
    Column("kept", ColumnKind.SHARE, heading="Of the gifts"),
    *amount_columns("begun", currency="currency", heading="Begun, a year", is_summed=False),
    *amount_columns(
        "standing", currency="currency", heading="Still given, a year", is_summed=False
    ),
    Column("kept_amount", ColumnKind.SHARE, heading="Of the money"),
)


@dataclass(frozen=True, slots=True)
class CohortSelection(PeriodSelection):
    """Gifts that began in the months from `first` to `last`, seen until the day `until`; empty is `last`."""

    until: date | None = None
    currency: str = ""


class CohortForm(PeriodForm):
    """The filters of retention."""

    initial_period = "This year"

    until = day_field("Seen until")
    currency = forms.ChoiceField(label="Currency", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currencies = (
            CampaignCurrency.objects.order_by("currency")
            .values_list("currency", "currency")
            .distinct()
        )
        self.offer("currency", [("", "All"), *currencies])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        last, until = cleaned.get("last"), cleaned.get("until")
        if last and until and until < last:
            self.add_error("until", "This day is before the last one on which gifts began.")
        return cleaned


@dataclass(frozen=True, slots=True)
class Triangle:
    """One currency's cohorts as a table: each line a month, its gifts, and the share that is kept at each age.

    A cell is (share, shade): shades are 0 to 5, a fifth of the whole each.
    """

    currency: str
    ages: list[int]
    gifts: list[tuple[date, int, list[tuple[Fraction | None, int]]]]
    amounts: list[tuple[date, int, list[tuple[Fraction | None, int]]]]


def _cohorts(selection: CohortSelection) -> list[Cohort]:
    zone = LegalEntity.objects.values_list("time_zone", flat=True).get(slug=selection.entity)
    first = selection.first.replace(day=1) if selection.first else None
    stories = stories_begun(selection.entity, midnight(first, zone) if first else None)
    days = [
        civil_date(at, zone)
        for story in stories
        for at in (story.started_at, *(change.at for change in story.changes))
    ]
    last = selection.last or max(days, default=None)
    months = [
        Month(begins, midnight(ends + timedelta(days=1), zone))
        for begins, ends in civil_months(
            first or min((day.replace(day=1) for day in days), default=None),
            selection.until or last,
        )
    ]
    if not months:
        return []
    return [
        cohort
        for cohort in cohorts(stories, months, midnight(months[0].first, zone))
        if last and cohort.month <= last and selection.currency in ("", cohort.currency)
    ]


def _rows(filters: Filters) -> Iterator[Row]:
    for cohort in _cohorts(CohortSelection.from_filters(filters)):
        for age, standing in enumerate(cohort.standing):
            yield (
                f"{cohort.month:%Y-%m}",
                cohort.currency,
                age,
                cohort.begun.count,
                standing.count,
                _share(cohort.kept(age)),
                *amount(cohort.begun.annual, cohort.currency),
                *amount(standing.annual, cohort.currency),
                _share(cohort.kept_amount(age)),
            )


def _share(share: Fraction | None) -> Decimal | None:
    """Return a share with six decimals, halves to even."""
    return None if share is None else Decimal(round(share * 1_000_000)).scaleb(-6)


def _panel(filters: Filters) -> dict[str, Any]:
    told = by_currency(_cohorts(CohortSelection.from_filters(filters)))
    return {"triangles": [_triangle(currency, each) for currency, each in told.items()]}


def _triangle(currency: str, told: list[Cohort]) -> Triangle:
    def lines(kept: Any) -> list[tuple[date, int, list[tuple[Fraction | None, int]]]]:
        return [
            (
                cohort.month,
                cohort.begun.count,
                [_cell(kept(cohort, age)) for age in range(len(cohort.standing))],
            )
            for cohort in told
        ]

    ages = list(range(max(len(cohort.standing) for cohort in told)))
    return Triangle(currency, ages, lines(Cohort.kept), lines(Cohort.kept_amount))


def _cell(share: Fraction | None) -> tuple[Fraction | None, int]:
    return share, min(int((share or 0) * 5), 5)


COHORTS = Table(
    code="R5",
    name="cohorts",
    title="Retention",
    definition=(
        "Of the recurring gifts that began in a month, those that still run at the end of that month and of each one "
        "after it. A gift that is paused does not count while it is; amounts are what the gifts come to in a year."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=CohortForm,
    panel="payments/finance/cohorts.html",
    context=_panel,
)
