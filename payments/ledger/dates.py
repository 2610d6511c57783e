"""Which day a posting counts on: derived here alone, once, and frozen on the posting."""

from dataclasses import dataclass
from datetime import date, datetime

from payments.entities.models import LegalEntity
from payments.periods import civil_date


@dataclass(frozen=True, slots=True)
class AccountingDate:
    """`original_on` is the day on which it happened, `accounting_on` the one in whose month it counts."""

    accounting_on: date
    original_on: date


def accounting_date(entity: LegalEntity, at: datetime) -> AccountingDate:
    """Return the days of what happened `at` an instant, in the entity's time zone."""
    day = civil_date(at, entity.time_zone)
    return AccountingDate(accounting_on=day, original_on=day)
