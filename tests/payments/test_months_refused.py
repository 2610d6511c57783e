"""Each thing that keeps a month open, brought about, and the sentence that says what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from time_machine import travel

from payments.errors import MonthNotReady
from payments.finance.months.queries import readiness_of
from payments.finance.months.remedies import OF_CHECKS, OF_EXCEPTIONS
from payments.ledger.actions import book_balance_transaction
from payments.ledger.sums.actions import sum_past_days
from payments.ledger.sums.models import LineSum
from payments.models import (
    BankMatch,
    Campaign,
    DriftAudit,
    DriftFinding,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    Payment,
    PayoutItem,
    ReconciliationState,
    StripeBalance,
)
from payments.reconciliation.exceptions import exception_kinds
from tests.payments import journals, payouts
from tests.payments.admin_pages import as_role
from tests.payments.breaking import beneath_the_guards, erase
from tests.payments.gifts import a_gift
from tests.payments.months import CLOSING, OCTOBER, THEN, close, october, stripe_holds
from tests.payments.snapshots import a_balance_transaction

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
    journals.a_payout(entity)

    checks = readiness_of(entity, OCTOBER, now=CLOSING).checks

    assert (
        {check.title for check in checks} == OF_CHECKS.keys() == {each for _, each, _ in IDENTITIES}
    )


def _payout_in_exception(campaign: Campaign, entity: LegalEntity) -> None:
    payouts.a_payout(
        entity,
        created_at=THEN,
        state=ReconciliationState.EXCEPTION,
        reconciled_at=None,
        evidence="£5 less.",
    )


def _payout_never_completed(campaign: Campaign, entity: LegalEntity) -> None:
    payouts.a_payout(entity, created_at=THEN, state=ReconciliationState.OPEN, reconciled_at=None)


def _line_of_nothing(campaign: Campaign, entity: LegalEntity) -> None:
    payouts.a_bank_line(payouts.a_bank_account(entity), booked_on=THEN.date())


def _payout_that_the_bank_does_not_show(campaign: Campaign, entity: LegalEntity) -> None:
    account = payouts.a_bank_account(entity)
    for day in (1, 31):
        payouts.a_bank_line(account, 1, match=BankMatch.OTHER, booked_on=date(2026, 10, day))
    payouts.a_payout(entity, created_at=THEN, arrival_on=THEN.date())


def _payment_that_was_never_booked(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, 700, at=THEN, is_booked=False)


def _line_that_nobody_knows(campaign: Campaign, entity: LegalEntity) -> None:
    line = a_balance_transaction("txn_odd", 0, fee=0, category="adjustment", source="adj_1")
    book_balance_transaction(replace(line, amount=5, net=5, created_at=THEN), now=CLOSING)


def _balance_of_the_last_night(campaign: Campaign, entity: LegalEntity) -> None:
    StripeBalance.objects.update_or_create(
        entity=entity,
        currency="USD",
        taken_on=date(2026, 10, 31),
        defaults={"taken_at": CLOSING - timedelta(days=6), "available": 9, "pending": 0},
    )


def _amount_without_a_rate(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, 900, currency="JPY", at=THEN)


def _finding_of_an_audit(campaign: Campaign, entity: LegalEntity) -> None:
    audit = DriftAudit.objects.create(
        since=THEN - timedelta(days=1), until=THEN, is_repairing=False, requested_at=THEN
    )
    DriftFinding.objects.create(
        audit=audit, kind="payment", problem="extra", stripe_id="pi_bogus", found_at=THEN
    )


EXCEPTIONS: list[tuple[Break, str, str]] = [
    (_payout_in_exception, "payout", "£5 less."),
    (_payout_never_completed, "payout", "Its lines were never read."),
    (_line_of_nothing, "bank line", "Not compared with the payouts yet."),
    (
        _payout_that_the_bank_does_not_show,
        "payout not at the bank",
        "Stripe says that it arrived, and no line of the bank's statements is it.",
    ),
    (
        _payment_that_was_never_booked,
        "payment without line",
        "It settled more than a day ago, and Stripe's ledger has no line for it here.",
    ),
    (_line_that_nobody_knows, "suspense", "Nobody has said what adj_1 is."),
    (
        _balance_of_the_last_night,
        "stripe balance",
        "The books say another balance than Stripe; an audit against Stripe finds why.",
    ),
    (
        _amount_without_a_rate,
        "exchange rates",
        "1 line cannot be told in GBP: import the daily rates.",
    ),
    (_finding_of_an_audit, "drift", "Not at Stripe, compared with Stripe."),
]


@pytest.mark.parametrize(
    ("arrange", "kind", "reason"), EXCEPTIONS, ids=[each.__name__ for each, _, _ in EXCEPTIONS]
)
def test_an_exception_keeps_the_month_open_and_says_what_to_do(
    arrange: Break, kind: str, reason: str, campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    arrange(campaign, entity)
    rows = [
        row for row in readiness_of(entity, OCTOBER, now=CLOSING).exceptions if row.kind == kind
    ]

    with pytest.raises(MonthNotReady) as refusal:
        close(entity)

    [row] = rows
    assert row.reason == reason
    assert f"{row.title}: {reason} {OF_EXCEPTIONS[kind]}" in refusal.value.problems


def test_every_kind_of_exception_has_a_broken_state_here() -> None:
    assert set(exception_kinds()) == OF_EXCEPTIONS.keys() == {kind for _, kind, _ in EXCEPTIONS}


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
