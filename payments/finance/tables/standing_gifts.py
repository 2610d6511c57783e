"""R7b, gifts as they stand: what people gave, with what went back of it taken off, whenever that was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum

from payments.campaigns.models import Frequency
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Figures, Row, amount, amount_columns
from payments.finance.filters import (
    PeriodForm,
    currency_field,
    reference_field,
)
from payments.finance.giving_years import standing_gifts
from payments.finance.links import to_report
from payments.finance.screen import QueryRows
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table

_CHUNK = 2000
_AMOUNTS = ("amount", "refunded", "taken_back", "stands")
_FIELDS = (
    "reference", "donation__customer__party", "succeeded_at", "donation__customer__name",
    "donation__customer__email", "donation__frequency", "donation__campaign__slug", "currency", "amount",
    "refunded_amount", "lost_amount", "stands",
)  # fmt: skip

_COLUMNS = (
    Column("settled_at", ColumnKind.INSTANT, heading="When"),
    Column("supporter_name", is_personal=True, heading="Name"),
    Column("supporter_email", is_personal=True, heading="Email"),
    Column("frequency", labels=dict(Frequency.choices)),
    Column("campaign"),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency", heading="Given"),
    *amount_columns("refunded", currency="currency"),
    *amount_columns("taken_back", currency="currency"),
    *amount_columns("stands", currency="currency"),
    Column("gift", is_whole=True, link=to_report("gift_register", kept=("entity",), gift="gift")),
    Column("supporter", is_whole=True),
)


@dataclass(frozen=True, slots=True)
class StandingSelection(PeriodSelection):
    """Gifts by the day they settled; `supporter` is a reference."""

    supporter: str = ""
    currency: str = ""


class StandingForm(PeriodForm):
    """The filters of gifts as they stand."""

    supporter = reference_field("Supporter", "supporter")
    currency = currency_field()


def _gifts(filters: Filters) -> QuerySet[Any]:
    selection = StandingSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    gifts = standing_gifts(entity).filter(selection.within("succeeded_at", entity.time_zone))
    if selection.supporter:
        gifts = gifts.filter(donation__customer__party=selection.supporter)
    if selection.currency:
        gifts = gifts.filter(currency=selection.currency)
    return gifts


def _rows(filters: Filters) -> Iterator[Row]:
    rows = _gifts(filters).order_by("succeeded_at", "id").values_list(*_FIELDS)
    return map(_row, rows.iterator(chunk_size=_CHUNK))


def _screen(filters: Filters) -> Sequence[Row]:
    rows = _gifts(filters).order_by("-succeeded_at", "-id").values_list(*_FIELDS)
    return QueryRows(rows, _row)


def _row(values: tuple[Any, ...]) -> Row:
    gift, supporter, settled_at, name, email, frequency, campaign, currency, *minors = values
    return (
        settled_at,
        name,
        email,
        frequency,
        campaign,
        currency,
        *(value for minor in minors for value in amount(minor, currency)),
        str(gift),
        str(supporter),
    )


def _totals(filters: Filters) -> Figures:
    """Add up the gifts in the database; what went back of a gift since changes a sum, another one the ends."""
    groups = list(
        _gifts(filters)
        .order_by("currency")
        .values("currency")
        .annotate(
            gift_count=Count("id"),
            newest=Max("id"),
            amount_sum=Sum("amount"),
            refunded_sum=Sum("refunded_amount"),
            taken_back_sum=Sum("lost_amount"),
            stands_sum=Sum(F("amount") - F("refunded_amount") - F("lost_amount")),
        )
    )
    return Figures(
        row_count=sum(group["gift_count"] for group in groups),
        sums={
            f"{name}_minor": {group["currency"]: group[f"{name}_sum"] for group in groups}
            for name in _AMOUNTS
        },
        fingerprint=repr(groups),
    )


STANDING_GIFTS = Table(
    code="R7b",
    name="standing_gifts",
    title="Gifts as they stand",
    definition=(
        "Each gift of a known person, by the day it settled, with what was refunded or taken back since and what "
        "stands of it; gifts of which nothing stands are left out. Lapsed donors and donor years are made of these."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=StandingForm,
    screen=_screen,
    totals=_totals,
)
