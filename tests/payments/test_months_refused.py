"""Each identity that keeps a month open, broken, and the sentence that says what to do about it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from time_machine import travel

from payments.errors import MonthNotReady
from payments.finance.months.queries import readiness_of
from payments.finance.months.remedies import OF_CHECKS
from payments.ledger.sums.actions import sum_past_days
from payments.ledger.sums.models import LineSum
from payments.models import (
    Campaign,
    FundRelease,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    Payment,
    PayoutItem,
)
from tests.payments import journals
from tests.payments.admin_pages import as_role
from tests.payments.breaking import beneath_the_guards, erase
from tests.payments.gifts import a_gift
from tests.payments.months import CLOSING, OCTOBER, THEN, close, october, stripe_holds
from tests.payments.releases import a_release, restrict

pytestmark = pytest.mark.django_db

Break = Callable[[Campaign, LegalEntity], None]


def broken(change: Callable[[], object]) -> None:
    """Change the books beneath every guard."""
    # PostgreSQL takes no trigger off a table while a foreign key of this transaction waits to be checked.
    connection.check_constraints()
    with beneath_the_guards():
        change()
        connection.check_constraints()


def _posting_of(gift: Payment) -> LedgerPosting:
    return LedgerPosting.objects.get(
        balance_transaction__payment=gift, balance_transaction__reporting_category="charge"
    )


def posting_out_of_balance(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    line = LedgerEntry.objects.filter(account="processing_fees").earliest("id")
    broken(lambda: LedgerEntry.objects.filter(pk=line.pk).update(amount=line.amount + 3))


def posting_of_another_amount(campaign: Campaign, entity: LegalEntity) -> None:
    """Balanced, and not what Stripe's line says."""
    posting = _posting_of(october(campaign))
    clearing = posting.entries.filter(account="stripe_clearing", amount__gt=0).get()
    given = posting.entries.filter(account="contributions").get()

    def change() -> None:
        LedgerEntry.objects.filter(pk=clearing.pk).update(amount=clearing.amount + 2)
        LedgerEntry.objects.filter(pk=given.pk).update(amount=given.amount - 2)

    broken(change)


def balance_of_another_amount(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, 2500, at=THEN)
    stripe_holds(entity, more=1)


def balance_never_taken(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, 2500, at=THEN)


def payout_without_a_line(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, 2500, at=THEN)
    lost = a_gift(campaign, 1000, at=THEN)
    journals.a_payout(entity)
    stripe_holds(entity)
    broken(
        lambda: erase(PayoutItem.objects.filter(balance_transaction__payment=lost)),
    )


def line_without_a_posting(campaign: Campaign, entity: LegalEntity) -> None:
    posting = _posting_of(october(campaign))

    def change() -> None:
        erase(LedgerEntry.objects.filter(posting_id=posting.pk))
        erase(LedgerPosting.objects.filter(pk=posting.pk))

    broken(change)


def release_of_another_amount(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    a_release(restrict(campaign), 500, on=THEN.date(), now=THEN)
    broken(lambda: FundRelease.objects.update(amount=501))


def sums_of_a_day_that_are_not_its_lines(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    sum_past_days(now=CLOSING)
    kept = LineSum.objects.filter(reporting_category="charge").get()
    LineSum.objects.filter(pk=kept.pk).update(amount=kept.amount + 1, fee=kept.fee + 1)


IDENTITIES: list[tuple[Break, str, str]] = [
    (
        posting_out_of_balance,
        "Debits less credits",
        "Debits less credits in GBP: the difference is £0.03.",
    ),
    (
        posting_of_another_amount,
        "Gift register less ledger",
        "Gift register less ledger in GBP: the difference is -£0.02.",
    ),
    (
        balance_of_another_amount,
        "Stripe clearing less Stripe's balance",
        "Stripe clearing less Stripe's balance in GBP: the difference is -£0.01.",
    ),
    (
        balance_never_taken,
        "Stripe clearing less Stripe's balance",
        "Stripe clearing less Stripe's balance in GBP: Stripe has not been asked for its balance",
    ),
    (
        payout_without_a_line,
        "Payouts less their lines",
        "Payouts less their lines in GBP: the difference is £9.65.",
    ),
    (
        line_without_a_posting,
        "Lines of Stripe's ledger without a posting",
        "Lines of Stripe's ledger without a posting: 1.",
    ),
    (
        release_of_another_amount,
        "Releases of funds less ledger",
        "Releases of funds less ledger in GBP: the difference is £0.01.",
    ),
    (
        sums_of_a_day_that_are_not_its_lines,
        "Days whose sums are not those of their lines",
        "Days whose sums are not those of their lines: 1.",
    ),
]


@pytest.mark.parametrize(
    ("arrange", "check", "words"), IDENTITIES, ids=[each.__name__ for each, _, _ in IDENTITIES]
)
def test_an_identity_that_does_not_hold_keeps_the_month_open_and_says_what_to_do(
    arrange: Break, check: str, words: str, campaign: Campaign, entity: LegalEntity
) -> None:
    arrange(campaign, entity)

    with pytest.raises(MonthNotReady) as refusal:
        close(entity)

    [problem] = [each for each in refusal.value.problems if each.startswith(words)]
    assert problem.endswith(
        "looks again four times an hour." if arrange is balance_never_taken else OF_CHECKS[check]
    )


def test_every_identity_has_a_broken_state_here(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    a_release(restrict(campaign), 500, on=THEN.date(), now=THEN)
    journals.a_payout(entity)

    checks = readiness_of(entity, OCTOBER, now=CLOSING).checks

    assert (
        {check.title for check in checks} == OF_CHECKS.keys() == {each for _, each, _ in IDENTITIES}
    )


@pytest.fixture
def closing_time() -> Iterator[None]:
    with travel(CLOSING, tick=False):
        yield


def test_the_page_of_the_month_says_what_to_do_as_well(
    closing_time: None, client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    payout_without_a_line(campaign, entity)
    as_role(client, "finance")

    shown = client.post("/finance/months/courier/2026-10/close/").content.decode()

    assert "Payouts less their lines in GBP: the difference is £9.65." in shown
    assert shown.count("Audit the month against Stripe") >= 2
