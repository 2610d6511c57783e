"""Postings that make the books say what Stripe says, where the row of a line can neither be changed nor deleted."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum

from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.actions import entry_of
from payments.ledger.dates import accounting_date
from payments.ledger.lines import Line, lines_of
from payments.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting
from payments.ledger.movements import share_of
from payments.ledger.sums.actions import forget_sums

# What tells one line of a posting from another.
_Key = tuple[str, str, int | None, str, str]


@transaction.atomic
def correct_line(
    stripe_id: str, snapshot: BalanceTransactionSnapshot | None, *, reason: str, now: datetime
) -> LedgerPosting | None:
    """Post what is between the books and Stripe for a line; a line that Stripe does not know is taken back whole.

    Returns None where the books are right already, or never had a posting of it.
    """
    posting = (
        LedgerPosting.objects.select_for_update(of=("self",))
        .select_related("balance_transaction__payment__donation", "entity")
        .filter(balance_transaction__stripe_id=stripe_id)
        .first()
    )
    if posting is None or posting.balance_transaction is None:
        return None
    line = posting.balance_transaction
    wanted: Counter[_Key] = Counter()
    if snapshot is not None:
        for each in lines_of(
            snapshot, share_of(line.payment), is_of_dispute=line.dispute_id is not None
        ):
            key = (each.account, each.gift_class, each.fund_id, each.detail, snapshot.currency)
            wanted[key] += each.amount
    wanted.subtract(_booked(posting))
    due = {key: amount for key, amount in wanted.items() if amount}
    if not due:
        return None
    days = accounting_date(posting.entity, now)
    correction = LedgerPosting(
        entity=posting.entity,
        corrects=posting,
        reason=reason[:200],
        description=f"Correction of {stripe_id}"[:200],
        accounting_on=days.accounting_on,
        original_on=days.original_on,
        posted_at=now,
    )
    LedgerEntry.objects.bulk_create(
        entry_of(
            Line(LedgerAccount(account), amount, gift_class, fund, detail), correction, currency
        )
        for (account, gift_class, fund, detail, currency), amount in due.items()
    )
    correction.save(force_insert=True)
    forget_sums(postings=[correction])
    return correction


def _booked(posting: LedgerPosting) -> dict[_Key, int]:
    sums = (
        LedgerEntry.objects.filter(Q(posting=posting) | Q(posting__corrects=posting))
        .order_by()
        .values_list("account", "gift_class", "fund_id", "detail", "currency")
        .annotate(sum=Sum("amount"))
    )
    return {(a, g, f, d, c): amount for a, g, f, d, c, amount in sums}
