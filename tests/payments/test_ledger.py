"""Each line of Stripe's ledger is one balanced posting, whatever arrives, in whatever order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Sum

from payments.errors import LedgerUnbalanced
from payments.ledger.actions import book_balance_transaction
from payments.ledger.queries import postings_of, trial_balance
from payments.models import (
    BalanceTransaction,
    Campaign,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    Payment,
    Refund,
)
from tests.factories import PaymentFactory
from tests.payments.snapshots import NOON, a_balance_transaction, settled_in


@pytest.fixture
def payment(campaign: Campaign) -> Payment:
    return PaymentFactory.create(
        donation__campaign=campaign, donation__amount=1000, donation__fee_cover=35
    )


@pytest.fixture
def refund(payment: Payment) -> Refund:
    return Refund.objects.create(
        payment=payment, stripe_id="re_1", status="succeeded", amount=400, created_at=NOON
    )


def sums(posting: LedgerPosting) -> dict[str, int]:
    rows = posting.entries.order_by().values_list("account").annotate(sum=Sum("amount"))
    return dict(rows)


@pytest.mark.django_db
def test_a_gift_is_booked_by_class_and_fund_with_its_fee_cover_on_its_own_line(
    payment: Payment,
) -> None:
    snapshot = a_balance_transaction(amount=1035, fee=36)
    posting = book_balance_transaction(snapshot, payment=payment, now=NOON)
    assert sums(posting) == {
        "stripe_clearing": 999,
        "contributions": -1000,
        "fee_cover": -35,
        "processing_fees": 36,
    }
    gift = posting.entries.get(account=LedgerAccount.CONTRIBUTIONS)
    assert (gift.gift_class, gift.fund) == ("once", payment.donation.fund)
    assert posting.entries.get(account=LedgerAccount.PROCESSING_FEES).detail == "stripe_fee"


@pytest.mark.django_db
def test_a_gift_that_settles_in_another_currency_splits_exactly(payment: Payment) -> None:
    snapshot = settled_in(a_balance_transaction(amount=1035, fee=36), "1.1373", "EUR")
    posting = book_balance_transaction(snapshot, payment=payment, now=NOON)
    booked = sums(posting)
    assert booked["contributions"] + booked["fee_cover"] == -snapshot.amount
    assert booked["fee_cover"] == -40  # 35 of 1035 pence, of 1177 cents
    assert booked["stripe_clearing"] == snapshot.net
    assert set(posting.entries.values_list("currency", flat=True)) == {"EUR"}


@pytest.mark.django_db
def test_a_refund_and_its_failure_are_postings_of_their_own(
    payment: Payment, refund: Refund
) -> None:
    back = a_balance_transaction("txn_2", -400, fee=0, category="refund", source="re_1")
    again = a_balance_transaction("txn_3", 400, fee=0, category="refund_failure", source="re_1")
    first = book_balance_transaction(back, refund=refund, now=NOON)
    second = book_balance_transaction(again, refund=refund, now=NOON)
    assert sums(first) == {"stripe_clearing": -400, "refunds": 400}
    assert sums(second) == {"stripe_clearing": 400, "refunds_payable": -400}
    contra = first.entries.filter(account="refunds", fund=payment.donation.fund, gift_class="once")
    assert dict(contra.values_list("detail", "amount")) == {"": 386, "fee_cover": 14}
    assert list(postings_of(payment)) == [first, second]


@pytest.mark.django_db
def test_a_balance_transaction_is_booked_once(payment: Payment) -> None:
    snapshot = a_balance_transaction(amount=1035)
    first = book_balance_transaction(snapshot, payment=payment, now=NOON)
    second = book_balance_transaction(snapshot, payment=payment, now=NOON)
    assert first == second
    assert BalanceTransaction.objects.count() == LedgerPosting.objects.count() == 1


@pytest.mark.django_db
def test_the_payment_or_refund_is_found_by_stripes_source(payment: Payment, refund: Refund) -> None:
    charge = a_balance_transaction(amount=1035, source=payment.stripe_charge_id or "")
    back = a_balance_transaction("txn_2", -400, fee=0, category="refund", source="re_1")
    for snapshot in (charge, back):
        posting = book_balance_transaction(snapshot, now=NOON)
        assert posting.balance_transaction.payment == payment
        assert not posting.entries.filter(account=LedgerAccount.SUSPENSE).exists()
    assert posting.balance_transaction.refund == refund


@pytest.mark.django_db
def test_what_nobody_can_explain_goes_to_suspense_with_a_warning(
    entity: LegalEntity, caplog: pytest.LogCaptureFixture
) -> None:
    posting = book_balance_transaction(a_balance_transaction(source="ch_stranger"), now=NOON)
    assert sums(posting) == {"stripe_clearing": 965, "suspense": -1000, "processing_fees": 35}
    assert posting.entity == entity
    assert "txn_1 (charge) is booked to suspense" in caplog.text


@pytest.mark.django_db
def test_the_accounting_date_is_the_entitys_civil_date(payment: Payment) -> None:
    entity = payment.donation.entity
    entity.time_zone = "Pacific/Auckland"
    entity.save()
    late = datetime(2026, 12, 31, 11, 30, tzinfo=UTC)
    snapshot = replace(a_balance_transaction(amount=1035), created_at=late)
    posting = book_balance_transaction(snapshot, payment=payment, now=NOON)
    assert posting.accounting_on == date(2027, 1, 1)


@pytest.mark.django_db
def test_a_line_that_moves_nothing_is_refused(payment: Payment) -> None:
    with pytest.raises(LedgerUnbalanced):
        book_balance_transaction(a_balance_transaction(amount=0, fee=0), payment=payment, now=NOON)
    assert not BalanceTransaction.objects.exists()


@pytest.mark.django_db
def test_the_trial_balance_has_equal_sides_in_each_currency(
    payment: Payment, refund: Refund
) -> None:
    for snapshot in (
        a_balance_transaction(amount=1035),
        a_balance_transaction("txn_2", -400, fee=0, category="refund", source="re_1"),
        settled_in(a_balance_transaction("txn_3", source="ch_stranger"), "1.2", "USD"),
    ):
        book_balance_transaction(snapshot, now=NOON)
    rows = trial_balance(payment.donation.entity)
    sides: Counter[str] = Counter()
    for row in rows:
        sides[row.currency] += row.balance
    assert sides == {"GBP": 0, "USD": 0}
    clearing = next(
        row for row in rows if (row.account, row.currency) == ("stripe_clearing", "GBP")
    )
    assert (
        clearing.balance
        == LedgerEntry.objects.filter(account="stripe_clearing", currency="GBP").aggregate(
            sum=Sum("amount")
        )["sum"]
    )
    assert trial_balance(payment.donation.entity, last=date(2026, 11, 19)) == []
    assert trial_balance(payment.donation.entity, first=date(2026, 11, 20)) == rows


@pytest.mark.django_db(transaction=True)
def test_fifty_workers_book_one_balance_transaction_once() -> None:
    payment = PaymentFactory.create()

    def book(_: int) -> str:
        try:
            return str(
                book_balance_transaction(a_balance_transaction(), payment=payment, now=NOON).pk
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        postings = set(pool.map(book, range(50)))
    assert len(postings) == BalanceTransaction.objects.count() == 1
    assert LedgerEntry.objects.aggregate(sum=Sum("amount"))["sum"] == 0
