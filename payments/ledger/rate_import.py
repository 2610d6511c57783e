"""Keep published rates: a rate that is stored is never another afterwards."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from payments.ledger.ecb import PublishedRate
from payments.ledger.models import DailyRate
from payments.ledger.rates import REFERENCE


@dataclass(frozen=True, slots=True)
class RefusedRate:
    """A rate that says another thing than the one there is; the one there is stays."""

    published: PublishedRate
    stored: Decimal
    stored_source: str

    def __str__(self) -> str:
        rate = self.published
        return (
            f"{REFERENCE}/{rate.currency} {rate.day}: the file says {rate.rate}, "
            f"{self.stored.normalize():f} from {self.stored_source} is stored and stays."
        )


@dataclass(frozen=True, slots=True)
class RateImport:
    """What became of a file: how many rates were new, how many were there already, and which were refused."""

    new_count: int
    known_count: int
    refused: list[RefusedRate] = field(default_factory=list)


@transaction.atomic
def import_rates(published: Collection[PublishedRate], *, source: str, now: datetime) -> RateImport:
    """Store the rates that are new. Safe to repeat: the same file again adds nothing."""
    stored = _stored(published)
    new: dict[tuple[str, date], DailyRate] = {}
    refused = []
    for each in published:
        key = (each.currency, each.day)
        there = stored.get(key) or new.get(key)
        if there is None:
            new[key] = DailyRate(
                base=REFERENCE,
                currency=each.currency,
                day=each.day,
                rate=each.rate,
                source=source,
                imported_at=now,
            )
        elif there.rate != each.rate:
            refused.append(RefusedRate(each, there.rate, there.source))
    DailyRate.objects.bulk_create(new.values(), batch_size=2000)
    return RateImport(len(new), len(published) - len(new) - len(refused), refused)


def _stored(published: Collection[PublishedRate]) -> dict[tuple[str, date], DailyRate]:
    days = [each.day for each in published]
    if not days:
        return {}
    rows = DailyRate.objects.filter(base=REFERENCE, day__range=(min(days), max(days)))
    return {(row.currency, row.day): row for row in rows.iterator()}
