"""What the gift register adds up to, and the ledger's own sum over the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, Max, QuerySet, Sum

from payments.finance.columns import Figures
from payments.finance.gift_rows import GiftEvent
from payments.finance.queries import gift_events
from payments.finance.selections import GiftSelection
from payments.ledger.models import LedgerAccount
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


def register_totals(selection: GiftSelection) -> RegisterTotals:
    """Add up the selected events, and the ledger's clearing entries of the same events."""
    groups: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for events in gift_events(selection, fields=_SUMMED):
        groups += _sums(events)
    for events in gift_events(selection, fields=_ENTRY):
        entries += _ledger_sums(events)
    return RegisterTotals(
        given=[_given(currency, groups) for currency in _known(groups, "row_currency")],
        settled=[
            _settled(currency, groups, entries)
            for currency in _known([*groups, *entries], "row_settlement_currency")
        ],
        row_count=_add(groups, "count"),
        waiting_count=_add(groups, "count", row_settlement_currency=None),
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


_ENTRY = {"entry_account", "entry_currency", "entry_amount"}


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


def _ledger_sums(events: QuerySet[Any]) -> list[dict[str, Any]]:
    """Sum the clearing account over the postings of the events' balance transactions."""
    sums = (
        events.filter(row_entry_account=LedgerAccount.STRIPE_CLEARING)
        .order_by()
        .values_list("row_entry_currency")
        .annotate(Sum("row_entry_amount"))
    )
    return [{"row_settlement_currency": currency, "ledger": total} for currency, total in sums]


def _given(currency: str, groups: list[dict[str, Any]]) -> GivenTotal:
    mine = [group for group in groups if group["row_currency"] == currency]
    gifts = _add(mine, "amount_sum", row_kind=GiftEvent.GIFT)
    return GivenTotal(
        currency=currency,
        gift_count=_add(mine, "count", row_kind=GiftEvent.GIFT),
        gifts=gifts,
        refunds=_add(mine, "amount_sum") - gifts,
    )


def _settled(
    currency: str, groups: list[dict[str, Any]], entries: list[dict[str, Any]]
) -> SettledTotal:
    return SettledTotal(
        currency=currency,
        gross=_add(groups, "gross", row_settlement_currency=currency),
        fee=_add(groups, "fee", row_settlement_currency=currency),
        net=_add(groups, "net", row_settlement_currency=currency),
        ledger=_add(entries, "ledger", row_settlement_currency=currency),
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
