"""The tax year of those who give to a legal entity, by its country."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from payments.entities.models import LegalEntity
from payments.periods import Period, civil_date, fiscal_year, year

# Where a person's tax year is not the entity's own.
_STARTS = {"GB": (4, 6), "US": (1, 1)}


@dataclass(frozen=True, slots=True)
class TaxYear:
    """A tax year of an entity, by the calendar year in which it began; `name` is how people call it."""

    began_in: int
    first: date
    last: date
    period: Period

    @property
    def name(self) -> str:
        """For instance 2026, or 2026/27 where it crosses the turn of the year."""
        if self.first.year == self.last.year:
            return str(self.began_in)
        return f"{self.began_in}/{self.last.year % 100:02d}"

    def is_over(self, now: datetime) -> bool:
        return self.period.ends_at <= now


def tax_year_of(entity: LegalEntity, instant: datetime) -> TaxYear:
    """Return the tax year that holds `instant`, by the calendar of the entity's time zone."""
    month, day = _start_of(entity)
    return tax_year(entity, fiscal_year(civil_date(instant, entity.time_zone), month, day))


def tax_year(entity: LegalEntity, began_in: int) -> TaxYear:
    month, day = _start_of(entity)
    first = date(began_in, month, day)
    last = date(began_in + 1, month, day) - timedelta(days=1)
    return TaxYear(began_in, first, last, year(began_in, month, day, entity.time_zone))


def _start_of(entity: LegalEntity) -> tuple[int, int]:
    own = (entity.fiscal_year_start_month, entity.fiscal_year_start_day)
    return _STARTS.get(entity.country, own)
