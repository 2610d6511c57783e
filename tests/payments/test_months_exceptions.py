"""Each kind of exception that keeps a month open, brought about, and the sentence that says what to do about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from payments.errors import MonthNotReady
from payments.finance.months.queries import readiness_of
from payments.finance.months.remedies import OF_EXCEPTIONS
from payments.ledger.actions import book_balance_transaction
from payments.models import (
    BankMatch,
    Campaign,
    DriftAudit,
    DriftFinding,
    LegalEntity,
    ReconciliationState,
    StripeBalance,
)
from payments.reconciliation.exceptions import exception_kinds
from tests.payments import payouts
from tests.payments.gifts import a_gift
from tests.payments.months import CLOSING, OCTOBER, THEN, close, october
from tests.payments.releases import a_release, restrict
from tests.payments.snapshots import a_balance_transaction

pytestmark = pytest.mark.django_db

Break = Callable[[Campaign, LegalEntity], None]


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


def _release_that_nobody_decided(campaign: Campaign, entity: LegalEntity) -> None:
    a_release(restrict(campaign, limit=100), 500, on=THEN.date(), now=THEN)


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
    (
        _release_that_nobody_decided,
        "fund release",
        "It waits for a second person: approve or decline it.",
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
