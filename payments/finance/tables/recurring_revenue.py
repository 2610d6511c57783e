"""R4, recurring revenue and its movements, month by month; R4a, each movement of a gift behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django import forms

from payments.finance.columns import Column, ColumnKind, Link, Row, Value, amount, amount_columns
from payments.finance.links import report_address
from payments.finance.measures.movements import Movement, MovementKind
from payments.finance.measures.recurring_revenue import gifts, revenue, revenue_movements
from payments.finance.recurring_months import (
    OWN,
    RecurringForm,
    RecurringMonth,
    RecurringSelection,
    recurring_months,
)
from payments.finance.selections import Filters
from payments.finance.table import Table

_DETAIL = "recurring_movements"


def _to_movements(kind: str) -> Link:
    """Lead to the movements of one kind in one line's month and currency, where there are any."""

    def link(values: Mapping[str, Value], filters: Filters) -> str:
        if not values[f"{kind}_gifts"]:
            return ""
        is_own = filters.get("stated_in") == OWN
        wanted = {
            "entity": filters["entity"],
            "first": str(values["first_day"]),
            "last": str(values["last_day"]),
            "currency": filters.get("currency", "") if is_own else str(values["currency"]),
            "stated_in": filters.get("stated_in", ""),
            "kind": kind,
        }
        return report_address(_DETAIL, {name: value for name, value in wanted.items() if value})

    return link


def _moved(kind: MovementKind) -> tuple[Column, ...]:
    return amount_columns(
        kind.value, currency="currency", heading=kind.label, link=_to_movements(kind)
    )


_COLUMNS = (
    Column("month", is_shown=False),
    Column("first_day", ColumnKind.DATE, heading="Month from"),
    Column("last_day", ColumnKind.DATE, is_shown=False),
    Column("currency", is_shown=False),
    Column("opening_gifts", ColumnKind.INTEGER, is_shown=False),
    *(
        Column(
            f"{kind.value}_gifts",
            ColumnKind.INTEGER,
            heading=f"{kind.label}, gifts",
            is_shown=False,
        )
        for kind in MovementKind
    ),
    Column("closing_gifts", ColumnKind.INTEGER, heading="Gifts"),
    *amount_columns("opening", currency="currency", is_summed=False),
    *(column for kind in MovementKind for column in _moved(kind)),
    *amount_columns("fx", currency="currency", heading="FX"),
    *amount_columns("closing", currency="currency", is_summed=False),
)

_MOVEMENT_COLUMNS = (
    Column("month", is_shown=False),
    Column("at", ColumnKind.INSTANT, heading="When"),
    Column("kind", labels=dict(MovementKind.choices), heading="What"),
    Column("gift"),
    Column("supporter", is_shown=False),
    Column("currency", is_shown=False),
    *amount_columns("monthly", currency="currency", heading="A month"),
    Column("gift_currency", is_shown=False),
    *amount_columns("annual", currency="gift_currency", heading="A year"),
)


@dataclass(frozen=True, slots=True)
class MovementSelection(RecurringSelection):
    """Movements, of one kind where one is named."""

    kind: str = ""


class MovementForm(RecurringForm):
    """The filters of recurring revenue, and the kind of movement."""

    initial_period = "This month"

    kind = forms.ChoiceField(
        label="What", required=False, choices=[("", "All"), *MovementKind.choices]
    )


def _rows(filters: Filters) -> Iterator[Row]:
    for month in recurring_months(RecurringSelection.from_filters(filters)):
        counted = gifts(month.rolls.values())
        minors: list[int] | list[None] = [None] * (len(MovementKind) + 3)
        if month.valued is not None:
            told = revenue(month.valued)
            minors = [told.opening, *told.moved.values(), told.fx, told.closing]
        yield (
            f"{month.first:%Y-%m}",
            month.first,
            month.last,
            month.currency,
            counted.opening,
            *counted.moved.values(),
            counted.closing,
            *(value for minor in minors for value in amount(minor, month.currency)),
        )


def _movements(filters: Filters) -> Iterator[Row]:
    selection = MovementSelection.from_filters(filters)
    for month in recurring_months(selection, is_each=True):
        for movement, monthly in _worth(month):
            if selection.kind in ("", movement.kind):
                yield (
                    f"{month.first:%Y-%m}",
                    movement.at,
                    movement.kind.value,
                    movement.plan,
                    movement.supporter,
                    month.currency,
                    *amount(monthly, month.currency),
                    movement.currency,
                    *amount(movement.annual, movement.currency),
                )


def _worth(month: RecurringMonth) -> Sequence[tuple[Movement, int | None]]:
    if month.valued is None:
        return [(movement, None) for roll in month.rolls.values() for movement in roll.movements]
    return revenue_movements(month.valued)


RECURRING_REVENUE = Table(
    code="R4",
    name="recurring_revenue",
    title="Recurring revenue",
    definition=(
        "What the recurring gifts that run come to in a month (a yearly one a twelfth of its amount), and what moved "
        "it, by the day we learned of it. A gift counts until it ends, also while a payment fails, but not while it is "
        "paused."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=RecurringForm,
)

RECURRING_MOVEMENTS = Table(
    code="R4a",
    name=_DETAIL,
    title="Recurring revenue, gift by gift",
    definition=(
        "Each recurring gift that began, came back, changed, paused, resumed or ended, by the day we learned of it, "
        "with its part of the recurring revenue of a month."
    ),
    schema_version=1,
    columns=_MOVEMENT_COLUMNS,
    rows=_movements,
    form=MovementForm,
)
