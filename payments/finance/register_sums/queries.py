"""What the register comes to: days that are summed from their sums, all else from the rows."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from payments.donations.change_models import PaymentChange
from payments.donations.models import Payment, Refund
from payments.entities.models import LegalEntity
from payments.finance.register_sums.groups import (
    FIGURES,
    KEYS,
    Group,
    Instants,
    clearing_groups,
    live_groups,
    place_of,
)
from payments.finance.register_sums.models import RegisterDay
from payments.finance.selections import GiftSelection
from payments.ledger.models import BalanceTransaction
from payments.ledger.sums.spans import gaps
from payments.periods import midnight

# Where more days than this have no sums, looking for each costs more than reading everything.
_MOST_GAPS = 100


def register_groups(
    selection: GiftSelection,
    entity: LegalEntity,
    *,
    starts: Sequence[date] = (),
    with_clearing: bool = False,
    is_live: bool = False,
) -> list[Group]:
    """Add up the selected events, and with them what Stripe clearing holds where it is asked for.

    Always what the rows themselves add up to, in three statements at most, four with the clearing; `is_live` reads the
    rows alone. Only what is selected by days and currency is found in sums. `starts` are the first days of stretches
    that follow each other from the selection's first day, whose events are told apart.
    """
    kept = {} if is_live or _narrows(selection) else kept_days(selection, entity)
    zone = entity.time_zone
    begin = midnight(selection.first, zone) if selection.first else None
    end = midnight(selection.last + timedelta(days=1), zone) if selection.last else None
    groups = [group for day, sums in kept.items() for group in _groups(day, sums, starts)]
    spans: list[Instants] = gaps((_span(day, zone) for day in kept), begin, end)
    if len(spans) > _MOST_GAPS:
        groups, spans = [], [(begin, end)]
    if spans:
        groups += live_groups(selection, entity, spans, starts)
        if with_clearing:
            groups += clearing_groups(selection, entity, spans, starts)
    return groups


def days_of_changes(entity: LegalEntity) -> set[date]:
    """Return the days of all events of payments that are noted as changed, and some more; one statement."""
    changed, zone = PaymentChange.objects.values("payment"), ZoneInfo(entity.time_zone)

    def days(rows: QuerySet[Any], field: str) -> QuerySet[Any, Any]:
        return rows.order_by().values_list(TruncDate(field, tzinfo=zone), flat=True)

    payments = Payment.objects.filter(pk__in=changed, donation__entity=entity)
    refunds = Refund.objects.filter(payment__in=changed, payment__donation__entity=entity)
    lines = BalanceTransaction.objects.filter(payment__in=changed, entity=entity)
    found = days(payments, "succeeded_at").union(
        days(refunds, "created_at"), days(lines, "created_at")
    )
    return {day for day in found if day}


def _narrows(selection: GiftSelection) -> bool:
    days_and_currency = GiftSelection(
        selection.entity, selection.first, selection.last, selection.currency
    )
    return selection != days_and_currency


def kept_days(selection: GiftSelection, entity: LegalEntity) -> dict[date, list[tuple[Any, ...]]]:
    """Return the sums of each day that has them, in the order of the days; two statements.

    A day and its sums come in one, because they may go at any moment; which days to leave out comes before.
    """
    changed = days_of_changes(entity)
    days = RegisterDay.objects.filter(entity=entity, time_zone=entity.time_zone).order_by("day")
    if selection.first:
        days = days.filter(day__gte=selection.first)
    if selection.last:
        days = days.filter(day__lte=selection.last)
    kept: dict[date, list[tuple[Any, ...]]] = {}
    for day, kind, currency, *rest in days.values_list(
        "day", *(f"sums__{name}" for name in (*KEYS, *FIGURES))
    ):
        if day not in changed:
            sums = kept.setdefault(day, [])
            # A day without events has no sums.
            if kind is not None and selection.currency in ("", currency):
                sums.append((kind, currency, *rest))
    return kept


def _groups(day: date, sums: list[tuple[Any, ...]], starts: Sequence[date]) -> Iterator[Group]:
    place = place_of(day, starts)
    return (Group(place, *each) for each in sums)


def _span(day: date, zone: str) -> tuple[datetime, datetime]:
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)
