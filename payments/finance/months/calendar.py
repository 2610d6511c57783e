from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from payments.entities.models import LegalEntity
from payments.periods import Period, days


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, named by its first day; months are civil days of an entity's time zone."""

    first_on: date

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read 2026-11; raises ValueError."""
        return cls(date.fromisoformat(f"{key}-01"))

    @property
    def key(self) -> str:
        return f"{self.first_on:%Y-%m}"

    @property
    def last_on(self) -> date:
        return self.following.first_on - timedelta(days=1)

    @property
    def following(self) -> "Month":
        return Month.of(self.first_on + timedelta(days=31))

    @property
    def previous(self) -> "Month":
        return Month.of(self.first_on - timedelta(days=1))

    def within(self, entity: LegalEntity) -> Period:
        """Return its instants in the entity's time zone."""
        return days(self.first_on, self.last_on, entity.time_zone)

    def filters(self, entity: LegalEntity) -> dict[str, str]:
        """Return the filters of a report of just this month."""
        return {"entity": entity.slug, "first": str(self.first_on), "last": str(self.last_on)}

    def __str__(self) -> str:
        return f"{self.first_on:%B %Y}"
