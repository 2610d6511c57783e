"""Compare kept days with all gifts told once; where they differ, the gifts are right."""

import logging
from collections import defaultdict
from datetime import date, datetime

from django.db import transaction

from payments.entities.models import LegalEntity
from payments.finance.measures.movements import STEPS, MovementKind, Stock, movements_of
from payments.finance.plan_book import all_stories
from payments.finance.recurring_days.actions import hold_still, keep_day
from payments.finance.recurring_days.models import RecurringDay, RecurringMoved, RecurringStood
from payments.periods import civil_date

logger = logging.getLogger(__name__)

Moved = dict[tuple[str, MovementKind], Stock]


class Figures:
    """What days came to: their movements by currency and kind, and what stood at the end of each by currency."""

    def __init__(self) -> None:
        self.moved: defaultdict[date, Moved] = defaultdict(dict)
        self.stood: defaultdict[date, dict[str, Stock]] = defaultdict(dict)

    def of(self, day: date) -> tuple[Moved, dict[str, Stock]]:
        return self.moved[day], self.stood[day]


def check_kept_days(*, now: datetime) -> int:
    """Compare all kept days with the gifts and keep those that differ anew; returns how many did.

    Each is an error in the log: whoever changes a past day lets it go, so something else has changed a row. All gifts
    are told while everybody works; only a day that differs is looked at again while nobody may change it.
    """
    count = 0
    for entity in LegalEntity.objects.order_by("pk"):
        days = RecurringDay.objects.filter(entity=entity, time_zone=entity.time_zone)
        listed = list(days.order_by("day").values_list("day", flat=True))
        if listed:
            live, kept = _live(entity, listed), _kept(entity, listed[0], listed[-1])
            differing = [day for day in listed if live.of(day) != kept.of(day)]
            count += sum(_keep_again(entity, day, now) for day in differing)
    return count


def _live(entity: LegalEntity, days: list[date]) -> Figures:
    told = Figures()
    for story in all_stories(entity.slug):
        for movement in movements_of(story):
            moved = told.moved[civil_date(movement.at, entity.time_zone)]
            key = (movement.currency, movement.kind)
            so_far = moved.get(key, Stock())
            moved[key] = Stock(so_far.annual + movement.annual, so_far.count + 1)
    standing: dict[str, Stock] = {}
    for day in sorted({*days, *told.moved}):
        for (currency, kind), each in told.moved[day].items():
            stock = standing.get(currency, Stock())
            standing[currency] = Stock(
                stock.annual + each.annual, stock.count + STEPS[kind] * each.count
            )
        told.stood[day] = {
            currency: stock for currency, stock in standing.items() if stock != Stock()
        }
    return told


def _kept(entity: LegalEntity, first: date, last: date) -> Figures:
    found = Figures()
    wanted = {"day__entity": entity, "day__day__range": (first, last)}
    moved = RecurringMoved.objects.filter(**wanted)
    for day, currency, kind, annual, count in moved.values_list(
        "day__day", "currency", "kind", "annual", "count"
    ):
        found.moved[day][currency, MovementKind(kind)] = Stock(annual, count)
    stood = RecurringStood.objects.filter(**wanted)
    for day, currency, annual, count in stood.values_list(
        "day__day", "currency", "annual", "count"
    ):
        found.stood[day][currency] = Stock(annual, count)
    return found


def _keep_again(entity: LegalEntity, day: date, now: datetime) -> bool:
    """Keep a day anew; False where it is the same again, or is no longer kept: then something was learned meanwhile."""
    with transaction.atomic():
        hold_still()
        before = _kept(entity, day, day).of(day)
        gone, _ = RecurringDay.objects.filter(entity=entity, day=day).delete()
        if not gone:
            return False
        keep_day(entity, day, now=now)
        if _kept(entity, day, day).of(day) == before:
            return False
    logger.error(
        "Recurring revenue of %s at %s was not what the gifts come to; it is kept anew.",
        day,
        entity.slug,
    )
    return True
