"""What journals are made of: the ledger's lines, added up by payout or by day and by what they are mapped by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import F, QuerySet, Sum, Value

from payments.entities.models import LegalEntity
from payments.finance.exportable import Watch
from payments.finance.journals.mapping import Category
from payments.ledger.models import BalanceTransaction, LedgerEntry, LedgerPosting
from payments.reconciliation.models import Payout, ReconciliationState

# Without these a payout is not known to be whole.
_RECONCILED = (ReconciliationState.AUTO, ReconciliationState.MANUAL)


class JournalBy(StrEnum):
    """What one journal is of."""

    PAYOUT = "payout"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Sums:
    """The lines of one journal by category, in minor units of its currency; they sum to zero."""

    reference: str
    on: date
    narration: str
    currency: str
    amounts: tuple[tuple[Category, int], ...]


def sums_by(
    by: JournalBy,
    entity: LegalEntity,
    first: date,
    last: date,
    watch: Watch = lambda done, expected: None,
) -> list[Sums]:
    """Return what each journal holds: of payouts that arrive, or of days on which postings count, both included.

    Beside payouts, which releases of funds are no part of, those have a journal for each day.
    """
    watch(0, 0)
    if by is JournalBy.DAY:
        return _by_day(entity, first, last)
    return [*_by_payout(entity, first, last, watch), *_of_releases(entity, first, last)]


def unreconciled_payouts(entity: LegalEntity, first: date, last: date) -> QuerySet[Payout]:
    """Return the payouts of these days that have no journal yet, because their lines are not all known."""
    payouts = Payout.objects.filter(entity=entity, arrival_on__gte=first, arrival_on__lte=last)
    return payouts.exclude(state__in=_RECONCILED).order_by("arrival_on", "id")


def _by_day(entity: LegalEntity, first: date, last: date) -> list[Sums]:
    return [
        Sums(
            reference=f"{day:%Y-%m-%d}",
            on=day,
            narration=f"Stripe, {day:%Y-%m-%d}, {currency}",
            currency=currency,
            amounts=amounts,
        )
        for (day, currency), amounts in _grouped(_on_days(entity, first, last)).items()
    ]


def _of_releases(entity: LegalEntity, first: date, last: date) -> list[Sums]:
    lines = _on_days(entity, first, last).filter(posting__release__isnull=False)
    return [
        Sums(
            # No longer than the shortest number that a package keeps.
            reference=f"R{day:%Y-%m-%d}",
            on=day,
            narration=f"Funds released, {day:%Y-%m-%d}, {currency}",
            currency=currency,
            amounts=amounts,
        )
        for (day, currency), amounts in _grouped(lines).items()
    ]


def _on_days(entity: LegalEntity, first: date, last: date) -> QuerySet[Any]:
    """Return the lines that count on these days, each with its day as its journal."""
    lines: QuerySet[Any] = LedgerEntry.objects.filter(
        posting__entity=entity,
        posting__accounting_on__gte=first,
        posting__accounting_on__lte=last,
    ).annotate(journal=F("posting__accounting_on"))
    return lines


def _by_payout(entity: LegalEntity, first: date, last: date, watch: Watch) -> list[Sums]:
    """Take the postings of a payout's lines and of its own, with corrections: Stripe clearing comes to zero."""
    payouts = {
        payout.pk: payout
        for payout in Payout.objects.filter(
            entity=entity,
            arrival_on__gte=first,
            arrival_on__lte=last,
            state__in=_RECONCILED,
        )
    }
    found: dict[tuple[Any, str], tuple[tuple[Category, int], ...]] = {}
    for done, payout in enumerate(payouts.values()):
        watch(done, len(payouts))
        lines = LedgerEntry.objects.filter(posting__in=_postings_of(payout))
        found |= _grouped(lines.annotate(journal=Value(payout.pk)))
    return [
        Sums(
            reference=payouts[key].stripe_id,
            on=payouts[key].arrival_on,
            narration=f"Stripe payout {payouts[key].stripe_id}",
            currency=currency,
            amounts=amounts,
        )
        for (key, currency), amounts in sorted(
            found.items(), key=lambda item: (payouts[item[0][0]].arrival_on, item[0])
        )
    ]


def _postings_of(payout: Payout) -> QuerySet[Any, Any]:
    """Return the keys of the postings and corrections of a payout's lines and of its own.

    As sets that are put together: a database that is asked for either of two conditions reads all entries.
    """
    lines = BalanceTransaction.objects.order_by().values("pk")
    booked = lines.filter(payout_item__payout=payout).union(
        lines.filter(stripe_id=payout.line_id or None)
    )
    postings = LedgerPosting.objects.order_by().values("pk")
    keys: QuerySet[Any, Any] = postings.filter(balance_transaction__in=booked).union(
        postings.filter(corrects__isnull=False, corrects__balance_transaction__in=booked)
    )
    return keys


def _grouped(
    lines: QuerySet[Any],
) -> dict[tuple[Any, str], tuple[tuple[Category, int], ...]]:
    """Add lines up by their journal, currency and category; what comes to nothing is left out."""
    rows: Iterable[tuple[Any, ...]] = (
        lines.order_by()
        .values_list("journal", "currency", "account", "gift_class", "fund_id", "fund__code")
        .annotate(sum=Sum("amount"))
        .exclude(sum=0)
        .order_by("journal", "currency", "account", "gift_class", "fund_id")
    )
    grouped: dict[tuple[Any, str], list[tuple[Category, int]]] = {}
    for journal, currency, account, gift_class, fund_id, fund, amount in rows:
        category = Category(account, gift_class, fund_id, currency, fund or "")
        grouped.setdefault((journal, currency), []).append((category, amount))
    return {key: tuple(amounts) for key, amounts in grouped.items()}
