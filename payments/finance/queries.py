"""The gift register in SQL: one row per gift-affecting event, dated by the event itself."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from payments.entities.models import LegalEntity
from payments.finance.gift_event_kinds import gift_event_kinds
from payments.finance.gift_rows import REGISTER_ORDER, GiftRow
from payments.finance.selections import GiftSelection


def register_rows(selection: GiftSelection) -> QuerySet[Any]:
    """Return the register as GiftRow tuples: one statement, so that its reader sees one snapshot."""
    first, *others = (
        events.order_by().values_list(*(f"row_{field}" for field in GiftRow._fields))
        for events in gift_events(selection)
    )
    return first.union(*others, all=True).order_by(*(f"row_{name}" for name in REGISTER_ORDER))


def latest_rows(selection: GiftSelection) -> list[QuerySet[Any]]:
    """Return the register's parts as GiftRow tuples, each with its newest rows first.

    Apart, because a database finds the newest rows of each by its index, and of all together only by sorting all.
    """
    *order, last = (f"-row_{name}" for name in REGISTER_ORDER)
    # The last one may be empty, and databases do not agree on where that goes.
    empty_last = F(last.removeprefix("-")).desc(nulls_last=True)
    return [
        events.order_by(*order, empty_last).values_list(
            *(f"row_{field}" for field in GiftRow._fields)
        )
        for events in gift_events(selection)
    ]


def newest_first(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what puts rows in the order of `latest_rows`, for a sort from the largest to the smallest."""
    told = GiftRow._make(row)
    return told.at, told.kind, told.reference, told.balance_transaction or ""


def gift_events(
    selection: GiftSelection,
    *,
    fields: Collection[str] = GiftRow._fields,
    entity: LegalEntity | None = None,
) -> list[QuerySet[Any]]:
    """Return the events of each kind, annotated with `row_<field>` for these fields of `gift_event_kinds`.

    A statement joins only the tables of what it is asked for and narrowed by. `entity` is the selection's, where it is
    known already.
    """
    entity = entity or LegalEntity.objects.get(slug=selection.entity)
    within = selection.within("row_at", entity.time_zone)
    narrowed = {
        name: value
        for name in ("currency", "campaign", "frequency", "fund", "supporter")
        if (value := getattr(selection, name))
    }
    if selection.gift:
        narrowed["gift_reference"] = selection.gift
    found = []
    for path, every, columns in gift_event_kinds():
        wanted = {*fields, "at", *narrowed}
        events = every
        if selection.prompt:
            # As text: SQLite would compare with the filter as JSON, which a plain word is not.
            prompt = Cast(columns["prompt"], TextField())
            events = events.alias(prompt_text=prompt).filter(prompt_text=selection.prompt)
        found.append(
            events.annotate(**{f"row_{name}": columns[name] for name in columns if name in wanted})
            .filter(within, **{f"{path}donation__entity": entity.pk})
            .filter(**{f"row_{name}": value for name, value in narrowed.items()})
        )
    return found
