"""What the gift register adds up to, and the ledger's own sum over the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, Max, QuerySet, Sum

from payments.entities.models import LegalEntity
from payments.finance.columns import Figures
from payments.finance.gift_rows import GiftEvent
from payments.finance.queries import gift_events
from payments.finance.register_sums.groups import Group
from payments.finance.register_sums.queries import register_groups
from payments.finance.selections import GiftSelection
from payments.reconciliation.payout_models import Payout, PayoutItem


@dataclass(frozen=True, slots=True)
class GivenTotal:
    """In one currency that readers paid in, minor units; what came back to us nets the refunds."""

    currency: str
    gift_count: int
    gifts: int
    refunds: int

    @property
    def stands(self) -> int:
        """What was given less what went back."""
        return self.gifts + self.refunds


@dataclass(frozen=True, slots=True)
class SettledTotal:
    """In one currency that Stripe settles in, minor units; `ledger` is Stripe clearing's sum."""

    currency: str
    gross: int
    fee: int
    net: int
    ledger: int

    @property
    def difference(self) -> int:
        """The register's net less the ledger's; anything but 0 is a defect of the books."""
        return self.net - self.ledger


@dataclass(frozen=True, slots=True)
class RegisterTotals:
    """`waiting_count` events have no balance transaction yet, so nothing of them is settled."""

    given: list[GivenTotal]
    settled: list[SettledTotal]
    row_count: int
    waiting_count: int

    @property
    def has_difference(self) -> bool:
        return any(total.difference for total in self.settled)


def register_totals(selection: GiftSelection, *, is_live: bool = False) -> RegisterTotals:
    """Add up the selected events, and the ledger's clearing entries of the same events.

    Days that are summed come from their sums, unless `is_live` wants every row read.
    """
    entity = LegalEntity.objects.get(slug=selection.entity)
    groups = register_groups(selection, entity, with_clearing=True, is_live=is_live)
    events = [group for group in groups if group.event_count]
    return RegisterTotals(
        given=[_given(code, events) for code in sorted({each.currency for each in events})],
        settled=[
            _settled(code, groups)
            for code in sorted({each.settlement_currency for each in groups} - {""})
        ],
        row_count=sum(each.event_count for each in events),
        waiting_count=sum(each.event_count for each in events if not each.settlement_currency),
    )


def register_figures(selection: GiftSelection) -> Figures:
    """Return the control totals of the register's rows, added up by the database."""
    groups: list[dict[str, Any]] = []
    for events in gift_events(selection, fields={*_SUMMED, "status", "line"}):
        groups += _sums(events, "row_status", latest_line=Max("row_line"))
    # What has happened to the same rows since shows in their states and lines, and in what was paid out of anything.
    paid_out = PayoutItem.objects.aggregate(latest=Max("pk"))
    payouts = Payout.objects.aggregate(changed=Max("changed_at"))
    return Figures(
        row_count=_add(groups, "count"),
        fingerprint=repr(
            (sorted(repr(sorted(each.items())) for each in groups), paid_out, payouts)
        ),
        sums={
            f"{name}_minor": _by_currency(groups, figure, f"row_{currency}")
            for name, (figure, currency) in _FIGURES.items()
        },
    )


# Each amount of a row: the sum of it in a group, and the column of its currency.
_FIGURES = {
    "amount": ("amount_sum", "currency"),
    "fee_cover": ("fee_cover", "currency"),
    "gross": ("gross", "settlement_currency"),
    "fee": ("fee", "settlement_currency"),
    "net": ("net", "settlement_currency"),
    "reporting_gross": ("reporting_gross", "reporting_currency"),
    "reporting_fee": ("reporting_fee", "reporting_currency"),
    "reporting_net": ("reporting_net", "reporting_currency"),
}


def _by_currency(groups: list[dict[str, Any]], figure: str, field: str) -> dict[str, int]:
    """Sum a figure per currency; a currency in which no row has one is left out."""
    return {
        currency: _add(groups, figure, **{field: currency})
        for currency in _known(groups, field)
        if any(group[figure] is not None for group in groups if group[field] == currency)
    }


_SUMMED = {
    "kind",
    "currency",
    "settlement_currency",
    "reporting_currency",
    *_FIGURES,
}


def _sums(events: QuerySet[Any], *groups: str, **more: Aggregate) -> QuerySet[Any, dict[str, Any]]:
    sums: QuerySet[Any, dict[str, Any]] = (
        events.order_by()
        .values(
            "row_kind",
            "row_currency",
            "row_settlement_currency",
            "row_reporting_currency",
            *groups,
        )
        .annotate(
            count=Count("pk"),
            amount_sum=Sum("row_amount"),
            gross=Sum("row_gross"),
            fee=Sum("row_fee"),
            net=Sum("row_net"),
            fee_cover=Sum("row_fee_cover"),
            reporting_gross=Sum("row_reporting_gross"),
            reporting_fee=Sum("row_reporting_fee"),
            reporting_net=Sum("row_reporting_net"),
            **more,
        )
    )
    return sums


def _given(currency: str, events: Iterable[Group]) -> GivenTotal:
    mine = [each for each in events if each.currency == currency]
    gifts = [each for each in mine if each.kind == GiftEvent.GIFT]
    given = sum(each.amount for each in gifts)
    return GivenTotal(
        currency=currency,
        gift_count=sum(each.event_count for each in gifts),
        gifts=given,
        refunds=sum(each.amount for each in mine) - given,
    )


def _settled(currency: str, groups: Iterable[Group]) -> SettledTotal:
    mine = [each for each in groups if each.settlement_currency == currency]
    return SettledTotal(
        currency=currency,
        gross=sum(each.gross for each in mine),
        fee=sum(each.fee for each in mine),
        net=sum(each.net for each in mine),
        ledger=sum(each.clearing for each in mine),
    )


def _known(groups: Iterable[dict[str, Any]], field: str) -> list[str]:
    return sorted({group[field] for group in groups} - {None})


def _add(groups: Iterable[dict[str, Any]], figure: str, **wanted: object) -> int:
    """Sum `figure` over the groups whose fields have the wanted values; an unknown figure is 0."""
    return sum(
        group[figure] or 0
        for group in groups
        if all(group[name] == value for name, value in wanted.items())
    )
