"""R5a, retention gift by gift: the recurring gifts that began in some days, and what they come to at the end of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms

from payments.entities.queries import zone_of
from payments.finance.cohort_months import CohortForm, CohortSelection
from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.links import to_report
from payments.finance.measures.cohorts import cohort_gifts
from payments.finance.plan_book import stories_begun
from payments.finance.selections import Filters
from payments.finance.table import Table
from payments.finance.tables.cohorts import GIFTS
from payments.periods import civil_date, midnight

_COLUMNS = (
    Column("month", is_shown=False),
    Column("began_at", ColumnKind.INSTANT, heading="Began"),
    Column("gift", is_whole=True),
    Column(
        "supporter",
        is_whole=True,
        link=to_report("standing_gifts", kept=("entity",), supporter="supporter"),
    ),
    Column("currency", is_shown=False),
    *amount_columns("begun", currency="currency", heading="Begun, a year"),
    *amount_columns("standing", currency="currency", heading="Still given, a year"),
)


@dataclass(frozen=True, slots=True)
class CohortGiftSelection(CohortSelection):
    """Gifts that began from `first` to `last`, seen at the end of `until`; with `standing`, those that run then."""

    standing: str = ""


class CohortGiftForm(CohortForm):
    """The filters of retention, and whether ended gifts are left out."""

    initial_period = "This month"

    standing = forms.BooleanField(label="Only those still given", required=False)


def _rows(filters: Filters) -> Iterator[Row]:
    selection = CohortGiftSelection.from_filters(filters)
    zone = zone_of(selection.entity)
    begins_at = midnight(selection.first, zone) if selection.first else None
    ends_at = midnight(_after(selection.last), zone) if selection.last else None
    until = selection.until or selection.last
    seen_at = midnight(_after(until), zone) if until else None
    stories = stories_begun(selection.entity, begins_at, ends_at)
    for gift in cohort_gifts(stories, begins_at, ends_at, seen_at):
        currency = gift.begun.currency
        if selection.currency in ("", currency) and (gift.standing or not selection.standing):
            yield (
                f"{civil_date(gift.began_at, zone):%Y-%m}",
                gift.began_at,
                gift.story.plan,
                gift.story.supporter,
                currency,
                *amount(gift.begun.annual, currency),
                *amount(gift.standing.annual if gift.standing else None, currency),
            )


def _after(day: date) -> date:
    return day + timedelta(days=1)


COHORT_GIFTS = Table(
    code="R5a",
    name=GIFTS,
    title="Retention, gift by gift",
    definition=(
        "Each recurring gift that began in the period, with what it came to in a year then and at the end of the day "
        "until which it is seen; nothing where it had ended or was paused."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=CohortGiftForm,
)
