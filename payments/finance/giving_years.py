"""The newspaper's own years in reports of what people gave, and the gifts that those are made of."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from payments.donations.giving.sql import calendar_of, standing, year_of
from payments.entities.models import LegalEntity
from payments.finance.filters import ReportForm


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
    return year_of(calendar_of(entity), today) if entity else today.year


def standing_gifts(entity: LegalEntity) -> QuerySet[Any]:
    """Return the payments of known people of which something stands, annotated with how much it is: `stands`."""
    return standing(entity).filter(donation__customer__party__isnull=False)
