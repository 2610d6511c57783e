"""The roll-forward of Stripe's balance: what it held, what moved it, what it holds, and what Stripe says it holds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from payments.entities.models import LegalEntity
from payments.ledger.models import LedgerAccount, LedgerEntry
from payments.ledger.sums.queries import LinesMoved, lines_moved
from payments.periods import midnight
from payments.reconciliation.models import StripeBalance

# How each of Stripe's reporting categories is called in the roll-forward; one that is not here is "other".
GROUPS = {
    "charge": "gifts",
    "partial_capture_reversal": "refunds",
    "refund": "refunds",
    "payment_refund": "refunds",
    "refund_failure": "refunds",
    "charge_failure": "refunds",
    "payment_failure_refund": "refunds",
    "dispute": "disputes",
    "dispute_reversal": "disputes",
    "fee": "fees",
    "network_cost": "fees",
    "stripe_fx_fee": "fx",
    "risk_reserved_funds": "reserves",
    "reserve_transaction": "reserves",
    "payout_minimum_balance_hold": "reserves",
    "payout_minimum_balance_release": "reserves",
    "payout": "payouts",
    "payout_reversal": "payouts",
}
ORDER = (
    "gifts",
    "refunds",
    "disputes",
    "fees",
    "fx",
    "reserves",
    "other",
    "corrections",
    "payouts",
)

_CORRECTED = "posting__corrects__balance_transaction"


@dataclass(frozen=True, slots=True)
class Movement:
    """What one group moved Stripe's balance by, signed; `group` is a word of ORDER."""

    group: str
    amount: int


@dataclass(frozen=True, slots=True)
class ClearingRollForward:
    """Opening + movements = closing, in minor units of `currency`, by Stripe's time in the entity's zone.

    `stripe_closing` is Stripe's own balance at the same instant: the first daily balance taken from then on, less what
    moved in between; None while there is none. `difference` must be 0.
    """

    currency: str
    first: date
    last: date
    opening: int
    movements: tuple[Movement, ...]
    stripe_closing: int | None
    taken_at: datetime | None

    @property
    def closing(self) -> int:
        return self.opening + sum(movement.amount for movement in self.movements)

    @property
    def difference(self) -> int | None:
        return None if self.stripe_closing is None else self.closing - self.stripe_closing


def clearing_rollforward(
    entity: LegalEntity, currency: str, first: date, last: date
) -> ClearingRollForward:
    """Roll the balance of one currency forward from the beginning of `first` to the end of `last`.

    The days are the entity's; the money is the Stripe account's, which holds that of all entities together.
    """
    begins, ends = (
        midnight(first, entity.time_zone),
        midnight(last + timedelta(days=1), entity.time_zone),
    )
    balance = (
        StripeBalance.objects.filter(entity=entity, currency=currency, taken_at__gte=ends)
        .order_by("taken_at")
        .first()
    )
    taken = _after(balance.taken_at) if balance else ends
    before, within, since = _corrections(currency, (None, begins), (begins, ends), (ends, taken))
    moved = dict.fromkeys(ORDER, 0)
    for each in _lines(currency, begins, ends):
        moved[GROUPS.get(each.category, "other")] += each.amount
        moved["fees"] -= each.fee
    moved["corrections"] = within
    return ClearingRollForward(
        currency=currency,
        first=first,
        last=last,
        opening=_net(currency, None, begins) + before,
        movements=tuple(Movement(group, amount) for group, amount in moved.items()),
        stripe_closing=(
            None if balance is None else balance.total - _net(currency, ends, taken) - since
        ),
        taken_at=balance.taken_at if balance else None,
    )


def balance_differences(balances: Iterable[StripeBalance]) -> dict[str, int]:
    """Return what our books say that Stripe held, less what Stripe said, by currency; each must be 0.

    One balance a currency; those that were taken together are compared in three statements.
    """
    together = defaultdict(list)
    for balance in balances:
        together[_after(balance.taken_at)].append(balance)
    return {
        balance.currency: difference
        for taken, group in together.items()
        for balance, difference in _differences(group, taken)
    }


def _differences(
    balances: Sequence[StripeBalance], taken: datetime
) -> Iterator[tuple[StripeBalance, int]]:
    held: Counter[str] = Counter()
    for each in lines_moved(None, taken):
        held[each.currency] += each.net
    corrections = _correcting().filter(**{f"{_CORRECTED}__created_at__lt": taken})
    for currency, amount in corrections.values_list(f"{_CORRECTED}__currency").annotate(
        Sum("amount")
    ):
        held[currency] += amount
    for balance in balances:
        yield balance, held[balance.currency] - balance.total


def _after(at: datetime) -> datetime:
    """Return the first instant after another, as far as rows tell them apart."""
    return at + timedelta(microseconds=1)


def _net(currency: str, begin: datetime | None, end: datetime) -> int:
    return sum(each.net for each in _lines(currency, begin, end))


def _lines(currency: str, begin: datetime | None, end: datetime) -> list[LinesMoved]:
    return [each for each in lines_moved(begin, end) if each.currency == currency]


def _corrections(currency: str, *times: tuple[datetime | None, datetime]) -> list[int]:
    """What corrections of the lines of each time moved Stripe clearing by, whenever they were posted; one statement."""
    entries = _correcting().filter(**{f"{_CORRECTED}__currency": currency})
    sums = {}
    for place, (begin, end) in enumerate(times):
        within = Q(**{f"{_CORRECTED}__created_at__lt": end})
        if begin is not None:
            within &= Q(**{f"{_CORRECTED}__created_at__gte": begin})
        sums[f"time_{place}"] = Sum("amount", filter=within, default=0)
    return list(entries.aggregate(**sums).values())


def _correcting() -> QuerySet[LedgerEntry]:
    """Return the entries of corrections, which are few: they are asked for their lines, and never lines for theirs."""
    return LedgerEntry.objects.filter(
        account=LedgerAccount.STRIPE_CLEARING, posting__corrects__isnull=False
    ).order_by()
