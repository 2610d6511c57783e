"""The database itself keeps releases to what was asked for: on both engines, against every program."""

import pytest

from payments.models import Campaign, FundRelease, LedgerAccount, LedgerEntry, LedgerPosting
from tests.factories import NOON, FundFactory
from tests.payments.gifts import a_gift
from tests.payments.releases import a_release, restrict
from tests.payments.test_triggers import a_posting, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(campaign: Campaign) -> FundRelease:
    """A release of £4 that nobody decided yet."""
    a_gift(campaign, 1_000)
    return a_release(restrict(campaign, limit=0), 400)


def a_posting_of(release: FundRelease, **fields: object) -> LedgerPosting:
    return LedgerPosting(
        entity=release.fund.entity,
        release=release,
        description="by hand",
        accounting_on=NOON.date(),
        original_on=NOON.date(),
        posted_at=NOON,
        **fields,
    )


def post(posting: LedgerPosting, *moved: tuple[str, int | None, int, str]) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            posting_id=posting.pk, account=account, fund_id=fund, amount=amount, currency=currency
        )
        for account, fund, amount, currency in moved
    )
    posting.save(force_insert=True)


def test_a_release_moves_what_was_asked_for_and_nothing_else(
    campaign: Campaign, release: FundRelease
) -> None:
    account, fund = LedgerAccount.FUNDS_RELEASED.value, release.fund_id
    other = FundFactory.create(entity=campaign.entity, code="other").pk
    right = ((account, fund, 400, "GBP"), (account, None, -400, "GBP"))
    for wrong in (
        ((account, fund, 300, "GBP"), (account, None, -300, "GBP")),
        ((account, fund, -400, "GBP"), (account, None, 400, "GBP")),
        ((account, other, 400, "GBP"), (account, None, -400, "GBP")),
        ((account, fund, 400, "USD"), (account, None, -400, "USD")),
        ((account, fund, 400, "GBP"), (account, other, -400, "GBP")),
        ((account, fund, 400, "GBP"), ("suspense", None, -400, "GBP")),
        (*right, ("suspense", None, 1, "GBP"), ("suspense", None, -1, "GBP")),
    ):
        assert refused(lambda lines=wrong: post(a_posting_of(release), *lines)), wrong  # type: ignore[misc]
    booked = a_posting_of(release)
    post(booked, *right)
    assert refused(lambda: post(a_posting_of(release), *right))
    back = {"corrects": booked, "reason": "Wrong."}
    assert refused(lambda: post(a_posting_of(release, **back), *right))
    returned = ((account, fund, -400, "GBP"), (account, None, 400, "GBP"))
    assert refused(lambda: post(a_posting_of(release, corrects=booked), *returned))
    post(a_posting_of(release, **back), *returned)
    assert refused(lambda: post(a_posting_of(release, **back), *returned))


def test_a_posting_is_of_one_kind(release: FundRelease) -> None:
    both = a_posting(release.fund.entity_id)
    both.release = release
    neither = a_posting(release.fund.entity_id)
    neither.balance_transaction = None
    account, fund = LedgerAccount.FUNDS_RELEASED.value, release.fund_id
    for posting in (both, neither):
        assert refused(
            lambda posting=posting: post(  # type: ignore[misc]
                posting, (account, fund, 400, "GBP"), (account, None, -400, "GBP")
            )
        )
