"""Reads of restricted funds: what each holds, what of it may be released, and what was."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet, Sum

from payments.campaigns.models import Fund
from payments.ledger.accounts import OF_FUNDS
from payments.ledger.models import FundRelease
from payments.ledger.release_models import ReleaseState
from payments.ledger.releasing import lowest_balance
from payments.ledger.sums.queries import entries_moved

# Within so long, what one person released of a fund in parts counts together.
_TOGETHER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a restricted fund holds in one currency by its ledger lines, and what waits to leave it; minor units."""

    fund: Fund
    currency: str
    held: int
    waiting: int


def holdings() -> list[Holding]:
    """Return what every restricted fund holds, by fund and currency; one that never received anything is left out."""
    funds = Fund.objects.filter(is_restricted=True).select_related("entity")
    known = {fund.pk: fund for fund in funds.order_by("entity__id", "name", "code")}
    held = _held(known.values())
    waiting = _sums(FundRelease.objects.filter(fund__in=known, state=ReleaseState.WAITING))
    return [
        Holding(known[fund], currency, held[fund, currency], waiting.get((fund, currency), 0))
        for fund in known
        for currency in sorted(currency for of, currency in held if of == fund)
    ]


def holding_of(fund: Fund, currency: str) -> Holding | None:
    """Return what one restricted fund holds in a currency; None where it never received any of it."""
    held = _held([fund]).get((fund.pk, currency))
    if held is None or not fund.is_restricted:
        return None
    return Holding(fund, currency, held, waiting_amount(fund, currency))


def releasable_amount(
    fund: Fund, currency: str, *, since: date, besides: FundRelease | None = None
) -> int:
    """Return what may be released on a day on which it counts, in minor units.

    It is what the fund holds then and ever after, less what waits for a second person `besides` the release that is
    looked at.
    """
    held = lowest_balance(fund, currency, since=since)
    return max(held - waiting_amount(fund, currency, besides=besides), 0)


def waiting_amount(fund: Fund, currency: str, *, besides: FundRelease | None = None) -> int:
    """Return what of a fund waits for a second person, in minor units."""
    waiting = FundRelease.objects.filter(fund=fund, currency=currency, state=ReleaseState.WAITING)
    return _sum(waiting.exclude(pk=besides.pk) if besides and besides.pk else waiting)


def released_alone(fund: Fund, currency: str, *, now: datetime) -> int:
    """Return what was lately released of a fund without a second person, in minor units."""
    return _sum(
        FundRelease.objects.filter(
            fund=fund,
            currency=currency,
            state=ReleaseState.RELEASED,
            decided_by=None,
            requested_at__gt=now - _TOGETHER,
        )
    )


def releases() -> QuerySet[FundRelease]:
    """Return releases with what a page says of each, newest first."""
    return FundRelease.objects.select_related("fund__entity", "requested_by", "decided_by")


def _held(funds: Collection[Fund]) -> dict[tuple[int, str], int]:
    """Return what these funds hold by fund and currency, with what was summed of past days."""
    held: dict[tuple[int, str], int] = defaultdict(int)
    keys = {fund.pk for fund in funds}
    for entity in {fund.entity for fund in funds}:
        for each in entries_moved(entity):
            if each.fund_id in keys and each.account in OF_FUNDS:
                held[each.fund_id, each.currency] -= each.balance
    return held


def _sums(rows: QuerySet[FundRelease]) -> dict[tuple[int, str], int]:
    sums: Iterable[tuple[int, str, int]] = (
        rows.order_by().values_list("fund_id", "currency").annotate(sum=Sum("amount"))
    )
    return {(fund, currency): minor for fund, currency, minor in sums}


def _sum(rows: QuerySet[FundRelease]) -> int:
    total: int = rows.order_by().aggregate(sum=Sum("amount", default=0))["sum"]
    return total
