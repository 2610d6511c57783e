"""Recurring revenue of a month and what moved it, as the recurring revenue report (R4) tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.entities.models import LegalEntity
from payments.finance.dashboard.months import month_filters
from payments.finance.dashboard.tiles import Figure, Tile
from payments.finance.measures.movements import MovementKind
from payments.finance.measures.recurring_revenue import Revenue, Valued, gifts, revenue
from payments.finance.months.calendar import Month
from payments.finance.recurring_months import (
    OWN,
    RecurringMonth,
    RecurringSelection,
    recurring_months,
)

_BALANCES, _MOVEMENTS = "recurring_revenue", "recurring_movements"


@dataclass(frozen=True, slots=True)
class MovementLine:
    """One kind of movement: how many gifts, and what they came to a month in each currency.

    `total` is in the newspaper's own currency, None where a rate that it takes is not known. Exchange rates move no
    gift, and only that total.
    """

    words: str
    gift_count: int | None
    figures: Sequence[Figure]
    total: Figure | None


@dataclass(frozen=True, slots=True)
class Recurring:
    """A month of recurring gifts.

    `tile` is None where the rates of the currencies in `unrated` are not known: nothing can be said in one currency.
    """

    tile: Tile | None
    parts: Sequence[Figure]
    movements: Sequence[MovementLine]
    opening_count: int
    closing_count: int
    unrated: Sequence[str] = ()


def recurring_of(entity: LegalEntity, month: Month) -> Recurring | None:
    """Return the month's recurring gifts, None where there were none; five statements."""
    selection = RecurringSelection(entity.slug, month.first_on, month.last_on, stated_in=OWN)
    told = next(recurring_months(selection, entity=entity), None)
    if told is None or not told.rolls:
        return None
    by_currency = {
        currency: revenue([Valued(roll)]) for currency, roll in sorted(told.rolls.items())
    }
    own = revenue(told.valued) if told.valued is not None else None
    counted = gifts(told.rolls.values())
    parts = [
        _closing(entity, month, currency, each, currency=currency)
        for currency, each in by_currency.items()
    ]
    return Recurring(
        tile=_tile(entity, month, own, parts) if own else None,
        parts=parts,
        movements=_movements(entity, month, told, by_currency, own),
        opening_count=counted.opening,
        closing_count=counted.closing,
        unrated=told.unrated,
    )


def _tile(entity: LegalEntity, month: Month, own: Revenue, parts: Sequence[Figure]) -> Tile:
    total = _closing(entity, month, entity.default_currency, own, stated_in=OWN)
    meaning = "What the recurring gifts that run come to in a month."
    return Tile("Recurring revenue", meaning, total, parts)


def _closing(
    entity: LegalEntity, month: Month, code: str, told: Revenue, **narrowed: str
) -> Figure:
    return Figure(
        code,
        told.closing,
        _BALANCES,
        "closing_minor",
        month_filters(entity, month, **narrowed),
        before=told.opening,
    )


def _movements(
    entity: LegalEntity,
    month: Month,
    told: RecurringMonth,
    by_currency: dict[str, Revenue],
    own: Revenue | None,
) -> list[MovementLine]:
    counts = gifts(told.rolls.values()).moved

    def figure(kind: MovementKind, code: str, each: Revenue, **narrowed: str) -> Figure:
        filters = month_filters(entity, month, kind=kind.value, **narrowed)
        return Figure(code, each.moved[kind], _MOVEMENTS, "monthly_minor", filters)

    lines = [
        MovementLine(
            str(kind.label),
            counts[kind],
            [figure(kind, code, each, currency=code) for code, each in by_currency.items()],
            figure(kind, entity.default_currency, own, stated_in=OWN) if own else None,
        )
        for kind in MovementKind
        if counts[kind]
    ]
    if own and own.fx:
        filters = month_filters(entity, month, stated_in=OWN)
        moved = Figure(entity.default_currency, own.fx, _BALANCES, "fx_minor", filters)
        lines.append(MovementLine("Exchange rates", None, [], moved))
    return lines
