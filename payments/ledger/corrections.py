"""Correct the books: a posting is never changed, another one is added to it for a reason."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from payments.campaigns.models import Fund
from payments.errors import InvalidTransition
from payments.ledger.accounts import LedgerAccount
from payments.ledger.actions import entry_of
from payments.ledger.dates import accounting_date
from payments.ledger.lines import Line
from payments.ledger.models import LedgerEntry, LedgerPosting
from payments.ledger.sums.actions import forget_sums


@transaction.atomic
def explain_suspense(  # noqa: PLR0913  an explanation says where to, why and by whom
    posting_id: UUID,
    *,
    account: LedgerAccount,
    reason: str,
    by: AbstractBaseUser,
    now: datetime,
    gift_class: str = "",
    fund: Fund | None = None,
) -> LedgerPosting:
    """Move to `account` what a posting left in suspense, because a person knows what it is.

    Raises InvalidTransition when nothing of it is in suspense, as after somebody else's explanation.
    """
    posting = locked(posting_id)
    held = [line for line in lines_in(posting) if line.account is LedgerAccount.SUSPENSE]
    if not held:
        raise InvalidTransition(f"Nothing of {posting} is in suspense.")
    moved = Line(account, sum(line.amount for line in held), gift_class, fund.pk if fund else None)
    return correct(posting, [*negated(held), moved], reason=reason, by=by, now=now)


@transaction.atomic
def reverse_posting(
    posting_id: UUID, *, reason: str, by: AbstractBaseUser | None, now: datetime
) -> LedgerPosting:
    """Take back all that a posting and its corrections say, as for a line that Stripe's ledger does not have.

    Raises InvalidTransition when nothing is left to take back.
    """
    posting = locked(posting_id)
    lines = lines_in(posting)
    if not lines:
        raise InvalidTransition(f"{posting} is reversed already.")
    return correct(posting, negated(lines), reason=reason, by=by, now=now)


def locked(posting_id: UUID) -> LedgerPosting:
    """Return the posting of a balance transaction under its lock, so that one correction is made at a time."""
    return (
        LedgerPosting.objects.select_for_update(of=("self",))
        .select_related("balance_transaction", "entity")
        .get(pk=posting_id, balance_transaction__isnull=False)
    )


def lines_in(posting: LedgerPosting) -> list[Line]:
    """Return what a posting and its corrections say together, in the one currency of its balance transaction."""
    entries = LedgerEntry.objects.filter(Q(posting=posting) | Q(posting__corrects=posting))
    return netted(
        Line(LedgerAccount(each.account), each.amount, each.gift_class, each.fund_id, each.detail)
        for each in entries
    )


def correct(
    posting: LedgerPosting,
    lines: Iterable[Line],
    *,
    reason: str,
    by: AbstractBaseUser | None = None,
    now: datetime,
) -> LedgerPosting:
    """Add balanced lines to a locked posting of a balance transaction; they count on its own day while that is open.

    The database refuses lines that do not balance, and an empty reason.
    """
    row = posting.balance_transaction
    assert row is not None  # noqa: S101  corrections are not corrected, their posting is
    days = accounting_date(posting.entity, row.created_at)
    correction = LedgerPosting(
        entity=posting.entity,
        corrects=posting,
        reason=reason.strip()[:200],
        posted_by_id=by.pk if by else None,
        description=f"Correction of {posting.description}"[:200],
        accounting_on=days.accounting_on,
        original_on=days.original_on,
        posted_at=now,
    )
    LedgerEntry.objects.bulk_create(entry_of(line, correction, row.currency) for line in lines)
    correction.save(force_insert=True)
    forget_sums(postings=[correction])
    return correction


def netted(lines: Iterable[Line]) -> list[Line]:
    """Add up the lines of one account, class, fund and detail, and leave out what comes to nothing."""
    sums: Counter[tuple[LedgerAccount, str, int | None, str]] = Counter()
    for line in lines:
        sums[line.account, line.gift_class, line.fund_id, line.detail] += line.amount
    return [
        Line(account, amount, gift_class, fund_id, detail)
        for (account, gift_class, fund_id, detail), amount in sums.items()
        if amount
    ]


def negated(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that take these back."""
    return [
        Line(each.account, -each.amount, each.gift_class, each.fund_id, each.detail)
        for each in lines
    ]
