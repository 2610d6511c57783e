"""Which rows a report shows, in a form that can be stored, logged and linked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True)
class GiftSelection:
    """Gift-affecting events of one entity, from `first` to `last`, both included.

    Days are civil days of the entity's time zone, `currency` is the one that the reader paid in.
    An empty string or None does not narrow.
    """

    entity: str
    first: date | None = None
    last: date | None = None
    currency: str = ""
    campaign: str = ""
    frequency: str = ""

    @classmethod
    def from_filters(cls, filters: Mapping[str, str]) -> Self:
        """Read what `as_filters` wrote; an unknown name is a TypeError, never ignored."""
        values = dict(filters)
        first, last = values.pop("first", ""), values.pop("last", "")
        return cls(
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
            **values,
        )

    def as_filters(self) -> dict[str, str]:
        """Return only what narrows, as strings."""
        return {name: str(value) for name, value in asdict(self).items() if value}
