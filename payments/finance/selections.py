"""Which rows a report shows, in a form that can be stored, logged and linked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Q

from payments.periods import midnight

Filters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Selection:
    """What every report is narrowed by: one entity's rows. An empty string or None does not narrow."""

    entity: str

    @classmethod
    def from_filters(cls, filters: Filters) -> Self:
        """Read what `as_filters` wrote; an unknown name is a TypeError, never ignored.

        Raises ValueError for a day that is none.
        """
        days = {field.name for field in fields(cls) if field.type == (date | None)}
        values: dict[str, Any] = {
            name: (date.fromisoformat(value) if value else None) if name in days else value
            for name, value in filters.items()
        }
        return cls(**values)

    def as_filters(self) -> dict[str, str]:
        """Return only what narrows, as strings."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class PeriodSelection(Selection):
    """Rows from `first` to `last`, both included: civil days of the entity's time zone."""

    first: date | None = None
    last: date | None = None

    def within(self, field: str, zone: str) -> Q:
        """Return the condition that an instant is in the period, for a filter of a query."""
        condition = Q()
        if self.first:
            condition &= Q(**{f"{field}__gte": midnight(self.first, zone)})
        if self.last:
            condition &= Q(**{f"{field}__lt": midnight(self.last + timedelta(days=1), zone)})
        return condition


@dataclass(frozen=True, slots=True)
class GiftSelection(PeriodSelection):
    """Gift-affecting events; `currency` is the one that the reader paid in, `supporter` and `gift` are references."""

    currency: str = ""
    campaign: str = ""
    frequency: str = ""
    fund: str = ""
    prompt: str = ""
    supporter: str = ""
    gift: str = ""
