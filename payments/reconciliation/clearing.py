"""The roll-forward of Stripe's balance: what it held, what moved it, what it holds, and what Stripe says it holds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet, Sum

from payments.entities.models import LegalEntity
from payments.ledger.models import (
    BalanceTransaction,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
)
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
    lines = BalanceTransaction.objects.filter(currency=currency)
    moved = dict.fromkeys(ORDER, 0)
    within = lines.filter(created_at__gte=begins, created_at__lt=ends)
    for category, amount, fee in (
        within.order_by()
        .values_list("reporting_category")
        .annotate(Sum("amount"), Sum("fee"))
        .order_by("reporting_category")
    ):
        moved[GROUPS.get(category, "other")] += amount
        moved["fees"] -= fee
    moved["corrections"] = _corrections(within)
    balance = (
        StripeBalance.objects.filter(entity=entity, currency=currency, taken_at__gte=ends)
        .order_by("taken_at")
        .first()
    )
    since = lines.filter(created_at__gte=ends)
    return ClearingRollForward(
        currency=currency,
        first=first,
        last=last,
        opening=_net(lines.filter(created_at__lt=begins)),
        movements=tuple(Movement(group, amount) for group, amount in moved.items()),
        stripe_closing=(
            None
            if balance is None
            else balance.total - _net(since.filter(created_at__lte=balance.taken_at))
        ),
        taken_at=balance.taken_at if balance else None,
    )


def balance_difference(balance: StripeBalance) -> int:
    """Return what our books say that Stripe held when `balance` was taken, less what Stripe said; must be 0."""
    lines = BalanceTransaction.objects.filter(
        currency=balance.currency, created_at__lte=balance.taken_at
    )
    return _net(lines) - balance.total


def _net(lines: QuerySet[BalanceTransaction]) -> int:
    net: int = lines.aggregate(net=Sum("net", default=0))["net"]
    return net + _corrections(lines)


def _corrections(lines: QuerySet[BalanceTransaction]) -> int:
    """What corrections of lines moved Stripe clearing by; they count with the line, whenever they were posted."""
    corrected = LedgerPosting.objects.filter(
        corrects__isnull=False, corrects__balance_transaction__in=lines
    )
    moved: int = LedgerEntry.objects.filter(
        account=LedgerAccount.STRIPE_CLEARING, posting__in=corrected
    ).aggregate(moved=Sum("amount", default=0))["moved"]
    return moved
