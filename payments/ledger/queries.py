"""Reads of the books: what a posting says, what the accounts hold, and what waits to be explained or worked out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.ledger.accounts import LedgerAccount
from payments.ledger.models import LedgerEntry, LedgerPosting
from payments.ledger.sums.queries import entries_moved


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account's sums in one currency: `debit` and `credit` positive, `balance` debit less credit."""

    account: LedgerAccount
    currency: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        return self.debit - self.credit


def trial_balance(
    entity: LegalEntity, *, first: date | None = None, last: date | None = None
) -> list[AccountBalance]:
    """Return what each account moved by accounting date from `first` to `last`, both included.

    Per currency the debits equal the credits, because every posting's lines sum to zero.
    """
    sums: Counter[tuple[str, LedgerAccount, str]] = Counter()
    for each in entries_moved(entity, first=first, last=last):
        sums[each.currency, each.account, "debit"] += each.debit
        sums[each.currency, each.account, "credit"] += each.credit
    return [
        AccountBalance(
            account, currency, sums[currency, account, "debit"], sums[currency, account, "credit"]
        )
        for currency, account in sorted({key[:2] for key in sums})
    ]


def postings_of(payment: Payment) -> QuerySet[LedgerPosting]:
    """Return the postings of a payment and of its refunds with their lines, oldest first."""
    return (
        LedgerPosting.objects.filter(balance_transaction__payment=payment)
        .select_related("balance_transaction")
        .prefetch_related("entries")
        .order_by("balance_transaction__created_at", "balance_transaction_id")
    )


def waiting_for_rates(entity: LegalEntity) -> QuerySet[LedgerPosting]:
    """Return the postings whose amount in the entity's own currency waits for published rates, oldest first."""
    return (
        LedgerPosting.objects.filter(entity=entity, waiting_amount__isnull=False)
        .select_related("balance_transaction")
        .order_by("original_on", "balance_transaction")
    )


@dataclass(frozen=True, slots=True)
class OpenSuspense:
    """What of a posting nobody has explained: a debit is positive, minor units of `currency`."""

    posting_id: UUID
    currency: str
    amount: int


def open_suspense(entity: LegalEntity) -> list[OpenSuspense]:
    """Return the postings that are in suspense, less what corrections took out; any blocks a close."""
    sums = (
        LedgerEntry.objects.filter(account=LedgerAccount.SUSPENSE, posting__entity=entity)
        .order_by()
        .values_list(Coalesce("posting__corrects", "posting"), "currency")
        .annotate(sum=Sum("amount"))
        .exclude(sum=0)
    )
    return [OpenSuspense(*row) for row in sums]
