"""Received, fees and net of months, added up by the database from the gift register's own events."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from payments.entities.models import LegalEntity
from payments.finance.dashboard.months import month_filters
from payments.finance.dashboard.tiles import Figure, Tile
from payments.finance.months.calendar import Month
from payments.finance.register_sums.groups import Group
from payments.finance.register_sums.queries import register_groups
from payments.finance.selections import GiftSelection

_REGISTER = "gift_register"
# Each sum of a month, and the field that its currency stands in.
_SUMS = {
    "amount": "currency",
    "fee": "settlement_currency",
    "net": "settlement_currency",
    "reporting_gross": "reporting_currency",
    "reporting_fee": "reporting_currency",
    "reporting_net": "reporting_currency",
}
Sums = dict[str, dict[str, int]]


def _no_sums() -> Sums:
    return {name: defaultdict(int) for name in _SUMS}


@dataclass(slots=True)
class MonthMoney:
    """What a month's events come to: `{column: {currency: minor units}}`.

    `waiting_count` of its `event_count` events have no amount in the newspaper's own currency yet; those that Stripe
    settled are in the currencies in `unrated`.
    """

    sums: Sums = field(default_factory=_no_sums)
    event_count: int = 0
    waiting_count: int = 0
    unrated: set[str] = field(default_factory=set)


def money_of(entity: LegalEntity, months: Sequence[Month]) -> dict[Month, MonthMoney]:
    """Add up consecutive months, oldest first; three statements at most.

    An event belongs to the month of the day it happened, in the entity's time zone, as in the gift register.
    """
    selection = GiftSelection(entity.slug, first=months[0].first_on, last=months[-1].last_on)
    told = {month: MonthMoney() for month in months}
    starts = [month.first_on for month in months]
    for group in register_groups(selection, entity, starts=starts):
        if group.event_count:
            _add(told[months[group.place]], group)
    return told


def _add(money: MonthMoney, group: Group) -> None:
    money.event_count += group.event_count
    if not group.reporting_currency:
        money.waiting_count += group.event_count
        if group.settlement_currency:
            money.unrated.add(group.settlement_currency)
    for name, currency_in in _SUMS.items():
        if currency := getattr(group, currency_in):
            money.sums[name][currency] += getattr(group, name)


def money_tiles(entity: LegalEntity, month: Month, told: dict[Month, MonthMoney]) -> list[Tile]:
    """Return received, fees and net of a month, compared with the one before."""
    now, before = told[month], told[month.previous]
    note = ""
    if now.waiting_count:
        note = (
            f"{now.waiting_count} of {now.event_count} events are not in this sum yet: they wait for Stripe's line or "
            "for their day's exchange rate."
        )

    def figures(column: str, *, narrows: bool = False) -> list[Figure]:
        return [
            Figure(
                currency,
                now.sums[column].get(currency, 0),
                _REGISTER,
                f"{column}_minor",
                month_filters(entity, month, currency=currency if narrows else ""),
                before=before.sums[column].get(currency, 0),
            )
            for currency in sorted({*now.sums[column], *before.sums[column]})
        ]

    def tile(title: str, meaning: str, own: str, parts: list[Figure]) -> Tile:
        currency = entity.default_currency
        total = Figure(
            currency,
            now.sums[own].get(currency, 0),
            _REGISTER,
            f"{own}_minor",
            month_filters(entity, month),
            before=before.sums[own].get(currency, 0),
        )
        return Tile(title, meaning, total, parts, note, "payments.view_gift_register")

    return [
        tile(
            "Received",
            "What readers gave, less what went back to them.",
            "reporting_gross",
            figures("amount", narrows=True),
        ),
        tile("Fees", "What Stripe kept of it.", "reporting_fee", figures("fee")),
        tile("Net", "What is left for the newspaper.", "reporting_net", figures("net")),
    ]
