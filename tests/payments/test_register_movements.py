"""What banks and Stripe do to a gift after it settled is in the register line by line, and ties to the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from payments.finance.gift_rows import GiftEvent, GiftRow
from payments.finance.queries import register_rows
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.finance.tables.gift_register import GIFT_REGISTER
from payments.ledger.actions import book_balance_transaction
from payments.models import (
    BalanceTransaction,
    Campaign,
    Dispute,
    DisputeState,
    Payment,
    Payout,
    PayoutItem,
    PayoutStatus,
)
from tests.factories import NOON
from tests.life import LifeClock
from tests.payments.gifts import a_gift
from tests.payments.snapshots import a_balance_transaction
from tests.payments.stories import give, open_page
from tests.sandbox.client import SandboxAccount

ALL = GiftSelection(entity="courier")


def _rows() -> list[GiftRow]:
    return [GiftRow._make(row) for row in register_rows(ALL)]


def _book(payment: Payment, category: str, amount: int, fee: int = 0, **owner: Dispute) -> None:
    number = BalanceTransaction.objects.count()
    snapshot = a_balance_transaction(
        f"txn_{category}_{number}",
        amount,
        fee=fee,
        currency="GBP",
        category=category,
        source=f"src_{number}",
    )
    at = NOON + timedelta(days=number + 1)
    book_balance_transaction(replace(snapshot, created_at=at), payment=payment, now=at, **owner)


def _a_dispute(payment: Payment, amount: int) -> Dispute:
    return Dispute.objects.create(
        payment=payment,
        stripe_id=f"dp_{payment.pk}",
        state=DisputeState.OPEN,
        currency=payment.currency,
        amount=amount,
        created_at=NOON,
        changed_at=NOON,
    )


def test_a_dispute_and_its_reversal_are_rows_of_their_own(campaign: Campaign) -> None:
    payment = a_gift(campaign, 2500)
    dispute = _a_dispute(payment, 2500)
    _book(payment, "dispute", -2500, fee=2000, dispute=dispute)
    _book(payment, "dispute_reversal", 1200, dispute=dispute)

    gift, taken, back = _rows()

    assert (gift.kind, gift.amount, gift.net) == (GiftEvent.GIFT, 2500, 2465)
    assert (taken.kind, taken.amount, taken.fee, taken.net) == (
        GiftEvent.DISPUTE,
        -2500,
        2000,
        -4500,
    )
    assert (back.kind, back.amount, back.net) == (GiftEvent.DISPUTE_REVERSAL, 1200, 1200)
    assert {taken.reference, back.reference} == {dispute.reference}
    assert taken.stripe_dispute == dispute.stripe_id
    assert taken.gift_reference == payment.reference
    assert not register_totals(ALL).has_difference


def test_settled_in_another_currency_a_dispute_says_what_was_disputed(campaign: Campaign) -> None:
    payment = a_gift(campaign, 3000, currency="USD", is_booked=False)
    _book(payment, "dispute", -2400, dispute=_a_dispute(payment, 3000))

    taken = _rows()[-1]

    assert (taken.currency, taken.amount) == ("USD", -3000)
    assert (taken.settlement_currency, taken.gross) == ("GBP", -2400)


@pytest.mark.parametrize("category", ["charge_failure", "payment_failure_refund"])
def test_a_returned_debit_is_a_late_failure(campaign: Campaign, category: str) -> None:
    _book(a_gift(campaign, 2500), category, -2500)

    assert [(row.kind, row.amount) for row in _rows()] == [
        (GiftEvent.GIFT, 2500),
        (GiftEvent.LATE_FAILURE, -2500),
    ]


@pytest.mark.parametrize(
    ("category", "amount"), [("adjustment", -10), ("a name of next year", -10), ("fee", None)]
)
def test_whatever_else_is_booked_on_a_gift_is_an_adjustment(
    campaign: Campaign, category: str, amount: int | None
) -> None:
    _book(a_gift(campaign, 2500), category, -10)

    row = _rows()[-1]

    assert (row.kind, row.amount, row.gross) == (GiftEvent.ADJUSTMENT, amount, -10)
    assert register_totals(ALL).row_count == 2
    assert not register_totals(ALL).has_difference


def test_an_event_has_its_four_dates_and_its_reporting_amounts(campaign: Campaign) -> None:
    a_gift(campaign, 2500)
    line = BalanceTransaction.objects.get()
    (waiting,) = _rows()
    payout = Payout.objects.create(
        entity=campaign.entity,
        stripe_id="po_1",
        currency="GBP",
        amount=2465,
        status=PayoutStatus.PAID,
        is_automatic=True,
        arrival_on=date(2026, 11, 26),
        created_at=NOON,
        changed_at=NOON,
    )
    PayoutItem.objects.create(payout=payout, balance_transaction=line, added_at=NOON)
    (paid,) = _rows()

    assert (waiting.payout, waiting.payout_arrives_on) == (None, None)
    assert (paid.payout, paid.payout_arrives_on) == ("po_1", date(2026, 11, 26))
    assert (paid.at, paid.available_on, paid.accounting_on) == (
        NOON,
        date(2026, 11, 24),
        date(2026, 11, 20),
    )
    reporting = (paid.reporting_currency, paid.reporting_gross, paid.reporting_fee)
    assert (*reporting, paid.reporting_net) == ("GBP", 2500, 35, 2465)


def test_two_lines_of_one_second_keep_their_order(campaign: Campaign) -> None:
    payment = a_gift(campaign, 2500)
    for number in range(3):
        snapshot = a_balance_transaction(f"txn_{number}", -5, fee=0, category="adjustment")
        book_balance_transaction(snapshot, payment=payment, now=NOON)

    filters = {"entity": "courier"}
    assert list(GIFT_REGISTER.rows(filters)) == list(GIFT_REGISTER.rows(filters))
    assert [row.balance_transaction for row in _rows() if row.kind == "adjustment"] == [
        "txn_0",
        "txn_1",
        "txn_2",
    ]


def test_over_http_a_disputed_gift_and_a_returned_debit_tie_to_the_ledger(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox)
    deliver()
    sandbox.dispute(str(Payment.objects.get().stripe_charge_id))
    sandbox.pay(open_page(campaign, currency="EUR").url, method="sepa_debit")
    deliver()
    clock.advance(days=6)
    deliver()
    sandbox.fail_debit_late(str(Payment.objects.get(currency="EUR").stripe_charge_id))
    deliver()

    kinds = sorted(row.kind for row in _rows())

    assert kinds == ["dispute", "gift", "gift", "late_failure"]
    totals = register_totals(ALL)
    assert totals.settled
    assert not totals.has_difference
    assert totals.waiting_count == 0
