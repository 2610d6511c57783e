"""What events of the register come to, from the rows themselves."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate

from payments.entities.models import LegalEntity
from payments.finance.queries import gift_events
from payments.finance.selections import GiftSelection
from payments.ledger.models import LedgerAccount

# Half-open; None is without a bound.
Instants = tuple[datetime | None, datetime | None]


class Group(NamedTuple):
    """What the events of one stretch of days, kind and currencies come to, in signed minor units as in RegisterSum.

    `place` is that of the stretch.
    """

    place: int
    kind: str
    currency: str
    settlement_currency: str
    reporting_currency: str
    event_count: int
    amount: int
    fee_cover: int
    gross: int
    fee: int
    net: int
    reporting_gross: int
    reporting_fee: int
    reporting_net: int
    clearing: int


KEYS = Group._fields[1:5]
FIGURES = Group._fields[5:]
_SUMMED = FIGURES[1:-1]


def live_groups(
    selection: GiftSelection,
    entity: LegalEntity,
    spans: Sequence[Instants],
    starts: Sequence[date] = (),
) -> list[Group]:
    """Add up the selected events of these times; one statement.

    `starts` are the first days of stretches, in their order, whose events are told apart.
    """
    parts = [
        _within(events, spans)
        .order_by()
        .values(of_day=_on(entity), **{f"of_{key}": _key(key) for key in KEYS})
        .annotate(
            sum_event_count=Count("pk"),
            **{f"sum_{name}": Coalesce(Sum(f"row_{name}"), 0) for name in _SUMMED},
            sum_clearing=Value(0),
        )
        for events in gift_events(selection, fields={*KEYS, *_SUMMED}, entity=entity)
    ]
    return _together(parts, starts)


def clearing_groups(
    selection: GiftSelection,
    entity: LegalEntity,
    spans: Sequence[Instants],
    starts: Sequence[date] = (),
) -> list[Group]:
    """Add up what Stripe clearing holds for the same events, by their own currency and the entries'; one statement."""
    fields = {"kind", "currency", "entry_account", "entry_currency", "entry_amount"}
    parts = [
        _within(events, spans)
        .filter(row_entry_account=LedgerAccount.STRIPE_CLEARING)
        .order_by()
        .values(
            of_day=_on(entity),
            of_kind=F("row_kind"),
            of_currency=F("row_currency"),
            of_settlement_currency=F("row_entry_currency"),
            of_reporting_currency=Value(""),
        )
        .annotate(
            **{f"sum_{name}": Value(0) for name in ("event_count", *_SUMMED)},
            sum_clearing=Sum("row_entry_amount"),
        )
        for events in gift_events(selection, fields=fields, entity=entity)
    ]
    return _together(parts, starts)


def place_of(day: date, starts: Sequence[date]) -> int:
    """Return the place of the stretch that a day is in."""
    return max(bisect_right(starts, day) - 1, 0)


def _on(entity: LegalEntity) -> TruncDate:
    return TruncDate("row_at", tzinfo=ZoneInfo(entity.time_zone))


def _key(name: str) -> Coalesce:
    return Coalesce(F(f"row_{name}"), Value(""), output_field=CharField())


def _within(events: QuerySet[Any], spans: Sequence[Instants]) -> QuerySet[Any]:
    if (None, None) in spans:
        return events
    wanted = Q()
    for begin, end in spans:
        after = Q(row_at__gte=begin) if begin else Q()
        wanted |= after & (Q(row_at__lt=end) if end else Q())
    return events.filter(wanted)


def _together(parts: Sequence[QuerySet[Any, Any]], starts: Sequence[date]) -> list[Group]:
    names = ["of_day", *(f"of_{key}" for key in KEYS), *(f"sum_{name}" for name in FIGURES)]
    first, *others = (part.values_list(*names) for part in parts)
    rows = first.union(*others, all=True)
    return [Group(place_of(day, starts), *sums) for day, *sums in rows]
