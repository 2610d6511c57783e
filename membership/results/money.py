"""What a campaign's gifts came to: the gift register's own rows, told apart by the prompt they came from.

Every figure is added up by the database from the events that the register lists, so that both tie to the penny for the
same days. Amounts are minor units; refunds are negative, as there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from membership.results.selections import ResultsSelection
from payments.campaigns.models import Frequency
from payments.checkouts.models import Checkout
from payments.donations.models import Payment
from payments.finance.gift_rows import GiftEvent
from payments.finance.queries import gift_events

# Gifts of prompts that named no arm carry their variant; both are kept as text in the attribution.
_ATTRIBUTION = {
    "prompt": ("prompt",),
    "variant": ("arm", "variant"),
    "slot": ("slot",),
    "country": ("country",),
    "state": ("state",),
}


@dataclass(slots=True)
class Money:
    """One currency's sums; `back` is what refunds, disputes and returned debits took and gave back, mostly negative."""

    gifts: int = 0
    firsts: int = 0
    starts: int = 0
    gross: int = 0
    back: int = 0

    @property
    def net(self) -> int:
        """What stands."""
        return self.gross + self.back


@dataclass(slots=True)
class Given:
    """All money of one group by currency, and in the newspaper's own as far as its rates are known."""

    by_currency: dict[str, Money] = field(default_factory=dict)
    reporting: int = 0
    waiting: int = 0  # events that have no amount in the newspaper's currency yet

    def of(self, currency: str) -> Money:
        return self.by_currency.setdefault(currency, Money())


Groups = dict[tuple[str, ...], Given]


def money_by(selection: ResultsSelection, dimensions: Sequence[str]) -> Groups:
    """Return what was given by the values of the dimensions."""
    groups: Groups = {}
    read = {"kind", "currency", "amount", "reporting_gross"}
    for events in gift_events(selection.gifts, fields=read):
        _add_events(groups, of_prompt(events, events_path(events), selection), dimensions)
    return groups


def checkouts_by(
    selection: ResultsSelection, dimensions: Sequence[str]
) -> dict[tuple[str, ...], int]:
    """Return how many checkouts were begun from the campaign."""
    period = selection.period
    begun = Checkout.objects.filter(created_at__gte=period.starts_at, created_at__lt=period.ends_at)
    rows = (
        of_prompt(begun, "", selection)
        .order_by()
        .values_list(*_named(dimensions))
        .annotate(Count("pk"))
    )
    return {tuple(values): count for *values, count in rows}


def of_prompt(rows: QuerySet[Any], path: str, selection: ResultsSelection) -> QuerySet[Any]:
    """Narrow rows to the campaign, and annotate each dimension as `of_<dimension>`.

    `path` leads to the model whose `attribution` says where the gift came from.
    """
    attribution = F(f"{path}attribution")
    # Text, and empty where nothing is said: a bare key of JSON would be compared with JSON.
    said = {
        f"of_{name}": Coalesce(
            *(KeyTextTransform(key, attribution) for key in keys),
            Value(""),
            output_field=CharField(),
        )
        for name, keys in _ATTRIBUTION.items()
    }
    narrowed = {f"of_{name}": value for name, value in selection.narrowed.items()}
    found: QuerySet[Any] = rows.annotate(**said).filter(of_prompt=selection.campaign, **narrowed)
    return found


def events_path(events: QuerySet[Any]) -> str:
    """Return the way from an event of the register to its donation."""
    return "donation__" if events.model is Payment else "payment__donation__"


def _named(dimensions: Sequence[str]) -> list[str]:
    return [f"of_{name}" for name in dimensions]


def _add_events(groups: Groups, events: QuerySet[Any], dimensions: Sequence[str]) -> None:
    sequence, frequency = (f"{events_path(events)}{name}" for name in ("sequence", "frequency"))
    is_first = Q(**{sequence: 1})
    is_start = is_first & ~Q(**{frequency: Frequency.ONCE})
    rows = (
        events.order_by()
        .values_list("row_kind", "row_currency", *_named(dimensions))
        .annotate(
            count=Count("pk"),
            firsts=Count("pk", filter=is_first),
            starts=Count("pk", filter=is_start),
            total=Sum("row_amount"),
            reported=Sum("row_reporting_gross", default=0),
            known=Count("row_reporting_gross"),
        )
    )
    for kind, currency, *values, count, firsts, starts, amount, reported, known in rows:
        given = groups.setdefault(tuple(values), Given())
        given.reporting += reported
        given.waiting += count - known
        money = given.of(currency)
        if kind == GiftEvent.GIFT:
            money.gifts += count
            money.firsts += firsts
            money.starts += starts
            money.gross += amount
        else:
            # Stripe books some movements without a word of the payer's currency.
            money.back += amount or 0
