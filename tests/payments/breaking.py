"""Rows broken beneath every guard, as somebody at the database might."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from payments.models import (
    BalanceTransaction,
    LedgerEntry,
    LedgerPosting,
    PayoutItem,
    Receipt,
    ReceiptDocument,
    Refund,
    ReportingAmount,
)
from payments.triggers import drop_all, install_all


@contextmanager
def beneath_the_guards() -> Iterator[None]:
    """Write with the triggers off, as somebody at the database might."""
    drop_all()
    yield
    install_all()


def erase(rows: "QuerySet[Any]") -> None:
    """Delete rows whatever hangs on them."""
    rows._raw_delete(rows.db)


def erase_line(line: BalanceTransaction) -> None:
    """Delete a ledger line with its posting."""
    erase(PayoutItem.objects.filter(balance_transaction=line))
    erase(ReportingAmount.objects.filter(balance_transaction=line))
    erase(LedgerEntry.objects.filter(posting_id=line.posting.pk))
    erase(LedgerPosting.objects.filter(balance_transaction=line))
    erase(BalanceTransaction.objects.filter(pk=line.pk))


def erase_refund(refund: Refund) -> None:
    """Delete a refund with its ledger line and credit note."""
    for line in refund.balance_transactions.all():
        erase_line(line)
    notes = Receipt.objects.filter(refund=refund).values_list("pk", flat=True)
    erase(ReceiptDocument.objects.filter(receipt__in=list(notes)))
    erase(Receipt.objects.filter(refund=refund))
    erase(Refund.objects.filter(pk=refund.pk))


def alter_line(line: BalanceTransaction, *, by: int) -> None:
    """Make a charge's line and its posting larger than they are at Stripe."""
    BalanceTransaction.objects.filter(pk=line.pk).update(amount=line.amount + by, net=line.net + by)
    entries = LedgerEntry.objects.filter(posting=line.posting)
    entries.filter(account="stripe_clearing", amount__gt=0).update(amount=line.amount + by)
    entries.filter(account="contributions").update(amount=-line.amount - by)
