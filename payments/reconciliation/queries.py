"""Reads of payouts: what each paid out, whether it adds up, and what stands behind one that was retried."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from payments.entities.models import LegalEntity
from payments.ledger.models import BalanceTransaction, LedgerAccount, LedgerEntry
from payments.reconciliation.models import Payout

# A payout retries at most a few times before Stripe asks for another bank account.
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """What one reporting category comes to in a payout: minor units of its currency, `amount` − `fee` = `net`."""

    category: str
    line_count: int
    amount: int
    fee: int
    net: int

    @property
    def words(self) -> str:
        return self.category.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class PayoutDifference:
    """The identity of one payout: `difference` is what it paid out less Σ net of its lines, and must be 0."""

    amount: int
    net: int
    line_count: int

    @property
    def difference(self) -> int:
        return self.amount - self.net


def payout_difference(payout: Payout) -> PayoutDifference:
    """Compare a payout with what the books moved Stripe clearing by for its lines, corrections included."""
    lines = BalanceTransaction.objects.filter(payout_item__payout=payout)
    clearing = LedgerEntry.objects.filter(account=LedgerAccount.STRIPE_CLEARING)
    net = sum(
        clearing.filter(
            # Said to be there, so that a database begins with the few corrections and not with all lines.
            **{f"{path}__isnull": False, f"{path}__balance_transaction__in": lines}
        ).aggregate(net=Sum("amount", default=0))["net"]
        for path in ("posting", "posting__corrects")
    )
    return PayoutDifference(payout.amount, net, payout.items.count())


def payout_summary(payout: Payout) -> list[PayoutLine]:
    """Return what a payout's lines come to, by Stripe's reporting category."""
    rows = (
        BalanceTransaction.objects.filter(payout_item__payout=payout)
        .order_by()
        .values_list("reporting_category")
        .annotate(
            line_count=Count("id"),
            gross=Sum("amount"),
            fees=Sum("fee"),
            paid=Sum("net"),
        )
        .order_by("reporting_category")
    )
    return [PayoutLine(*row) for row in rows]


def lines_of_payout(payout: Payout) -> QuerySet[BalanceTransaction]:
    """Return the lines that a payout paid out, oldest first, each with the gift behind it where there is one."""
    return (
        BalanceTransaction.objects.filter(payout_item__payout=payout)
        .select_related("payment__donation__campaign", "refund")
        .order_by("created_at", "id")
    )


def payouts_retried_by(payout: Payout) -> list[Payout]:
    """Follow the chain of a payout that retries others: those whose returned money it pays out, and theirs.

    A payout after a failed one may hold nothing but the line with which the failed one's money came back; the gifts
    are then found among the lines of the payout at the end of the chain.
    """
    found: dict[str, Payout] = {}
    ends = [payout]
    for _ in range(_LONGEST_CHAIN):
        sources = (
            BalanceTransaction.objects.filter(payout_item__payout__in=ends)
            .filter(
                stripe_id__in=Payout.objects.exclude(return_line_id="").values("return_line_id")
            )
            .values_list("source_id", flat=True)
        )
        ends = [
            each
            for each in Payout.objects.filter(stripe_id__in=sources).order_by("created_at", "id")
            if each.stripe_id not in found and each.pk != payout.pk
        ]
        if not ends:
            break
        found |= {each.stripe_id: each for each in ends}
    return list(found.values())


def payouts_between(
    entity: LegalEntity, *, first: date | None = None, last: date | None = None
) -> QuerySet[Payout]:
    """Return the payouts that arrive from `first` to `last`, both included, latest first."""
    payouts = Payout.objects.filter(entity=entity).order_by("-arrival_on", "-id")
    if first is not None:
        payouts = payouts.filter(arrival_on__gte=first)
    if last is not None:
        payouts = payouts.filter(arrival_on__lte=last)
    return payouts
