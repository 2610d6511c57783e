"""R9, attribution: what each prompt was shown for, and what it brought, by variant and country."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from payments.checkouts.models import Checkout
from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.gift_rows import GiftEvent
from payments.finance.links import to_report
from payments.finance.providers import exposures
from payments.finance.queries import gift_events
from payments.finance.selections import Filters, GiftSelection, PeriodSelection
from payments.finance.table import Table

# What a gift that stands first in a plan brings is counted for so long.
_FIRST_YEAR = timedelta(days=365)

# Prompt, arm, country: as exposures and as attributions carry them; empty where nothing is known.
Source = tuple[str, str, str]

_COLUMNS = (
    Column("prompt", link=to_report("gift_register", prompt="prompt")),
    Column("variant"),
    Column("country"),
    Column("seen", ColumnKind.INTEGER),
    Column("clicked", ColumnKind.INTEGER),
    Column("checkouts", ColumnKind.INTEGER),
    Column("gifts", ColumnKind.INTEGER),
    Column("currency", is_shown=False),
    *amount_columns("gross", currency="currency"),
    *amount_columns("given_back", currency="currency"),
    *amount_columns("stands", currency="currency"),
    *amount_columns("first_year", currency="currency", heading="First-year value so far"),
)


@dataclass(slots=True)
class _Money:
    gifts: int = 0
    gross: int = 0
    back: int = 0
    first_year: int = 0


def _rows(filters: Filters) -> Iterator[Row]:
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    money = _money(selection, entity)
    shown = {
        (each.campaign, each.variant, each.country): (each.seen, each.clicked)
        for each in exposures("", selection.first, selection.last, zone=entity.time_zone)
    }
    begun = _checkouts(selection, entity)
    sources = {source for source, _ in money} | shown.keys() | begun.keys()
    currencies = defaultdict(list)
    for source, currency in sorted(money):
        currencies[source].append(currency)
    for source in sorted(sources):
        # What is counted without money stands once, beside the first currency.
        seen, clicked = shown.get(source, (0, 0))
        counts: tuple[int | None, ...] = (seen, clicked, begun.get(source, 0))
        for currency in currencies[source] or [""]:
            sums = money.get((source, currency), _Money())
            yield (
                *source,
                *counts,
                sums.gifts,
                currency or None,
                *amount(sums.gross, currency or None),
                *amount(sums.back, currency or None),
                *amount(sums.gross + sums.back, currency or None),
                *amount(sums.first_year, currency or None),
            )
            counts = (None, None, None)


def _money(selection: PeriodSelection, entity: LegalEntity) -> dict[tuple[Source, str], _Money]:
    """Add up the gift register's own events, so that every sum ties to it to the penny."""
    money: dict[tuple[Source, str], _Money] = defaultdict(_Money)
    gifts = GiftSelection(selection.entity, selection.first, selection.last)
    for events in gift_events(gifts, fields={"kind", "currency", "amount"}):
        path = "" if events.model is Payment else "payment__"
        for source, row in _by_source(events, f"{path}donation__attribution"):
            sums = money[source, row["row_currency"]]
            if row["row_kind"] == GiftEvent.GIFT:
                sums.gifts += row["events"]
                sums.gross += row["total"]
            else:
                sums.back += row["total"] or 0
    for gifts_of_a_year in _first_years(selection, entity):
        for source, row in _by_source(gifts_of_a_year, "donation__attribution"):
            money[source, row["row_currency"]].first_year += row["total"]
    return money


def _first_years(selection: PeriodSelection, entity: LegalEntity) -> list[QuerySet[Any]]:
    """Return what stands of gifts that were first given in the period, and of their plans in the year from then on.

    Single gifts and plans apart: each is found by an index of its own.
    """
    settled = Payment.objects.filter(donation__entity=entity, status__in=Payment.SETTLED)
    single = settled.filter(
        selection.within("succeeded_at", entity.time_zone), donation__plan__isnull=True
    )
    started = settled.filter(
        selection.within("donation__plan__started_at", entity.time_zone),
        succeeded_at__lt=F("donation__plan__started_at") + _FIRST_YEAR,
    )
    return [
        gifts.annotate(
            row_kind=Value("first_year", CharField()),
            row_currency=F("currency"),
            row_amount=F("amount") - F("refunded_amount") - F("lost_amount"),
        )
        for gifts in (single, started)
    ]


def _by_source(events: QuerySet[Any], attribution: str) -> Iterator[tuple[Source, dict[str, Any]]]:
    def text(*names: str) -> Coalesce:
        keys = [KeyTextTransform(name, F(attribution)) for name in names]
        return Coalesce(*keys, Value(""), output_field=CharField())

    rows = (
        events.order_by()
        .annotate(
            by_prompt=text("prompt"), by_arm=text("arm", "variant"), by_country=text("country")
        )
        .values("by_prompt", "by_arm", "by_country", "row_kind", "row_currency")
        .annotate(events=Count("pk"), total=Sum("row_amount"))
    )
    for row in rows:
        yield (row["by_prompt"], row["by_arm"], row["by_country"]), row


def _checkouts(selection: PeriodSelection, entity: LegalEntity) -> dict[Source, int]:
    begun = Checkout.objects.filter(
        selection.within("created_at", entity.time_zone), campaign__entity=entity
    ).annotate(
        row_kind=Value("checkout", CharField()),
        row_currency=Value("", CharField()),
        row_amount=Value(0),
    )
    return {source: row["events"] for source, row in _by_source(begun, "attribution")}


ATTRIBUTION = Table(
    code="R9",
    name="attribution",
    title="Attribution",
    definition=(
        "What each prompt was shown for and what it brought, by variant and country, in the currency of the gift. The "
        "first line is what no prompt brought; all lines together are the gift register of the period."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
)
