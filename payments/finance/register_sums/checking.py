"""Compare the register's sums with the rows that they are of; where they differ, the rows are right."""

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from payments.entities.models import LegalEntity
from payments.finance.register_sums.actions import hold_sums, sum_register_day
from payments.finance.register_sums.models import RegisterDay
from payments.finance.register_sums.queries import days_of_changes, kept_days, register_groups
from payments.finance.selections import GiftSelection

logger = logging.getLogger(__name__)

# So many days are compared at once, which bounds what is held in memory.
_STEP = timedelta(days=122)


def differing_days(entity: LegalEntity, first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included, whose sums are not those of the rows."""
    selection = GiftSelection(entity.slug, first, last)
    kept = kept_days(selection, entity)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    rows: defaultdict[date, list[tuple[Any, ...]]] = defaultdict(list)
    for group in register_groups(selection, entity, starts=days, with_clearing=True, is_live=True):
        rows[days[group.place]].append(group[1:])
    return [day for day, sums in kept.items() if sorted(sums) != sorted(rows[day])]


def check_register_sums(*, now: datetime) -> int:
    """Compare all sums with their rows and make those that differ again; returns how many days did.

    Each is an error in the log: whoever changes a payment notes it, so something else has changed a row.
    """
    found = 0
    for entity in LegalEntity.objects.order_by("pk"):
        days = RegisterDay.objects.filter(entity=entity).order_by("day")
        ends = days.values_list("day", flat=True)
        first, last = ends.first(), ends.last()
        while first is not None and last is not None and first <= last:
            for day in differing_days(entity, first, min(last, first + _STEP - timedelta(days=1))):
                found += _make_again(entity, day, now)
            first += _STEP
    return found


@transaction.atomic
def _make_again(entity: LegalEntity, day: date, now: datetime) -> bool:
    hold_sums()
    # Looked at again: what changed between the sums and the rows has a note by now, which nobody deletes meanwhile.
    if not differing_days(entity, day, day) or day in days_of_changes(entity):
        return False
    RegisterDay.objects.filter(entity=entity, day=day).delete()
    sum_register_day(entity, day, now=now)
    logger.error("The sums of %s were not those of the gift register; they are made again.", day)
    return True
