"""Money of restricted funds: what a fund holds, and the postings that release it or take a release back.

A release moves nothing at Stripe and leaves contributions as they were: it debits the account of released funds with
the fund and credits it without.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Sum

from payments.campaigns.models import Fund
from payments.ledger.accounts import OF_FUNDS, LedgerAccount
from payments.ledger.actions import entry_of
from payments.ledger.corrections import negated
from payments.ledger.dates import BookingDays
from payments.ledger.lines import Line
from payments.ledger.models import FundRelease, LedgerEntry, LedgerPosting
from payments.ledger.sums.actions import forget_sums


def post_release(
    release: FundRelease, *, days: BookingDays, by: AbstractBaseUser, now: datetime
) -> LedgerPosting:
    """Book a release on its own day while that is open; the database takes one posting of each."""
    posting = _posting(release, days, by, now)
    posting.description = f"Released from {release.fund.code}: {release.purpose}"[:200]
    return _written(posting, lines_of_release(release))


def reverse_release(
    release: FundRelease, *, reason: str, days: BookingDays, by: AbstractBaseUser, now: datetime
) -> LedgerPosting:
    """Take back what a release moved, on its own day while that is open; the database takes one reversal of each.

    Raises LedgerPosting.DoesNotExist for a release that was never booked.
    """
    posting = _posting(release, days, by, now)
    posting.corrects = release.postings.get(corrects=None)
    posting.description = f"Taken back: {posting.corrects.description}"[:200]
    posting.reason = reason.strip()[:200]
    return _written(posting, negated(lines_of_release(release)))


def lines_of_release(release: FundRelease) -> list[Line]:
    """Return the two lines of a release."""
    return [
        Line(LedgerAccount.FUNDS_RELEASED, release.amount, fund_id=release.fund_id),
        Line(LedgerAccount.FUNDS_RELEASED, -release.amount),
    ]


def lowest_balance(fund: Fund, currency: str, *, since: date) -> int:
    """Return the least that a fund holds at the end of a day, or of any day after it, in minor units.

    By accounting date and before Stripe's fees. So much can be taken out on that day without the fund being overdrawn
    then or later.
    """
    days = (
        LedgerEntry.objects.filter(
            fund=fund, currency=currency, account__in=OF_FUNDS, posting__entity=fund.entity_id
        )
        .order_by()
        .values_list("posting__accounting_on")
        .annotate(moved=Sum("amount"))
        .order_by("posting__accounting_on")
    )
    return lowest_from(since, days.iterator())


def lowest_from(since: date, days: Iterable[tuple[date, int]]) -> int:
    """Return the lowest of the balances from the end of `since` on.

    `days` are in order, each with what its lines sum to: a credit, which adds to what is held, is negative.
    """
    held, lowest = 0, None
    for day, moved in days:
        if day > since and lowest is None:
            lowest = held
        held -= moved
        if day >= since:
            lowest = held if lowest is None else min(lowest, held)
    return held if lowest is None else lowest


def _posting(
    release: FundRelease, days: BookingDays, by: AbstractBaseUser, now: datetime
) -> LedgerPosting:
    counts = days.of_day(release.released_on)
    return LedgerPosting(
        entity=release.fund.entity,
        release=release,
        posted_by_id=by.pk,
        accounting_on=counts.accounting_on,
        original_on=counts.original_on,
        posted_at=now,
    )


def _written(posting: LedgerPosting, lines: Iterable[Line]) -> LedgerPosting:
    assert posting.release is not None  # noqa: S101  it is of one
    currency = posting.release.currency
    LedgerEntry.objects.bulk_create(entry_of(line, posting, currency) for line in lines)
    posting.save(force_insert=True)
    forget_sums(postings=[posting])
    return posting
