"""Reads of the books: what a posting says, what the accounts hold, and what is still to be booked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from payments.donations.models import Payment, Refund, RefundStatus
from payments.entities.models import LegalEntity
from payments.ledger.accounts import LedgerAccount
from payments.ledger.models import LedgerEntry, LedgerPosting


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
    entries = LedgerEntry.objects.filter(posting__entity=entity)
    if first is not None:
        entries = entries.filter(posting__accounting_on__gte=first)
    if last is not None:
        entries = entries.filter(posting__accounting_on__lte=last)
    sums = (
        entries.order_by()
        .values_list("currency", "account")
        .annotate(
            debit=Sum("amount", filter=Q(amount__gt=0), default=0),
            credit=Sum("amount", filter=Q(amount__lt=0), default=0),
        )
        .order_by("currency", "account")
    )
    return [
        AccountBalance(LedgerAccount(account), currency, debit, -credit)
        for currency, account, debit, credit in sums
    ]


def postings_of(payment: Payment) -> QuerySet[LedgerPosting]:
    """Return the postings of a payment and of its refunds with their lines, oldest first."""
    return (
        LedgerPosting.objects.filter(balance_transaction__payment=payment)
        .select_related("balance_transaction")
        .prefetch_related("entries")
        .order_by("balance_transaction__created_at", "balance_transaction_id")
    )


def payments_to_book(*, before: datetime) -> QuerySet[Payment]:
    """Return the payments that settled before an instant and are not on the books, newest first.

    Newest first, so that one that Stripe cannot explain never keeps the others waiting.
    """
    return (
        Payment.objects.filter(status__in=Payment.SETTLED, succeeded_at__lt=before)
        .exclude(balance_transactions__reporting_category="charge")
        .select_related("donation__entity")
        .order_by("-succeeded_at", "-id")
    )


def refunds_to_book(*, before: datetime) -> QuerySet[Refund]:
    """Return the refunds whose lines are not all on the books, newest first.

    A refund that was done has one line, and one that failed after Stripe had paid it out has two; one that failed
    sooner has none. Only Stripe knows which, so a failed one is asked about for a week.
    """
    done = Q(status=RefundStatus.SUCCEEDED, line_count=0)
    failed = Q(
        status=RefundStatus.FAILED, line_count__lt=2, failed_at__gt=before - timedelta(days=7)
    )
    return (
        Refund.objects.filter(created_at__lt=before)
        .alias(line_count=Count("balance_transactions"))
        .filter(done | failed)
        .select_related("payment__donation__entity")
        .order_by("-created_at", "-id")
    )


def waiting_for_rates(entity: LegalEntity) -> QuerySet[LedgerPosting]:
    """Return the postings whose amount in the entity's own currency waits for published rates, oldest first."""
    return (
        LedgerPosting.objects.filter(
            entity=entity, balance_transaction__isnull=False, balance_transaction__reporting=None
        )
        .select_related("balance_transaction")
        .order_by("original_on", "balance_transaction")
    )
