"""Reports of a whole story in any order, repeated or lost and replayed, leave the same rows and balanced books."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Model, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.gateway.snapshots import PaymentSnapshot, RefundSnapshot, SubscriptionSnapshot
from payments.models import (
    Campaign,
    Checkout,
    Donation,
    Frequency,
    LedgerEntry,
    LedgerPosting,
    Payment,
    Receipt,
    RecurringPlan,
    Refund,
)
from payments.webhooks.findings import Findings, record_gifts
from tests.factories import CheckoutFactory, make_newspaper
from tests.payments.snapshots import (
    NOON,
    a_balance_transaction,
    a_failed_payment,
    a_payment,
    a_refund,
    a_subscription,
    of_invoice,
)

Rows = list[tuple[object, ...]]


def booked(snapshot: PaymentSnapshot) -> PaymentSnapshot:
    line = a_balance_transaction(
        f"txn_{snapshot.id}", snapshot.amount, source=snapshot.charge_id or ""
    )
    return replace(snapshot, balance_transaction=line)


def refunded(number: int, amount: int, *, status: str) -> RefundSnapshot:
    out = a_balance_transaction(f"txn_re_{number}", -amount, fee=0, category="refund")
    back = a_balance_transaction(f"txn_rf_{number}", amount, fee=0, category="refund_failure")
    return replace(
        a_refund(number, amount, status=status),
        balance_transaction=None if status == "pending" else out,
        failure_balance_transaction=back if status == "failed" else None,
    )


def story(once: Checkout, monthly: Checkout) -> list[Findings]:
    """A gift that fails twice, settles, is refunded twice of which one fails; a plan that renews, fails and ends."""
    gift = booked(a_payment(once))

    def payment(*payments: PaymentSnapshot) -> Findings:
        return Findings(payments=payments)

    def refund(snapshot: RefundSnapshot) -> Findings:
        return Findings(payments=(gift,), refunds=(snapshot,))

    def plan(status: str, *payments: PaymentSnapshot) -> Findings:
        subscription: SubscriptionSnapshot = a_subscription(monthly, status)
        return Findings(subscriptions=(subscription,), payments=payments)

    def invoice(number: int, month: int) -> PaymentSnapshot:
        return booked(of_invoice(a_payment(monthly, number), monthly, month))

    unpaid = of_invoice(a_failed_payment(monthly, minutes=5, number=13), monthly, 2)
    return [
        payment(a_failed_payment(once, minutes=1)),
        payment(a_failed_payment(once, minutes=2)),
        payment(a_payment(once, status="processing")),
        payment(gift),
        refund(refunded(1, 300, status="pending")),
        refund(refunded(1, 300, status="succeeded")),
        refund(refunded(2, 400, status="succeeded")),
        refund(refunded(2, 400, status="failed")),
        plan("incomplete"),
        plan("active", invoice(11, 0)),
        plan("active", invoice(12, 1)),
        plan("past_due", unpaid),
        plan("past_due", of_invoice(a_failed_payment(monthly, minutes=9, number=13), monthly, 2)),
        plan("canceled"),
    ]


def gifts(campaign: Campaign) -> tuple[Checkout, Checkout]:
    once = CheckoutFactory.create(campaign=campaign, amount=1000, fee_cover=35)
    monthly = CheckoutFactory.create(
        campaign=campaign, amount=500, fee_cover=28, frequency=Frequency.MONTHLY
    )
    return once, monthly


def rows() -> dict[str, Rows]:
    def of(model: type[Model], *names: str) -> Rows:
        return sorted(model._default_manager.values_list(*names), key=repr)

    return {
        "donations": of(Donation, "amount", "fee_cover", "frequency", "sequence", "created_at"),
        "payments": of(
            Payment, "stripe_id", "status", "amount", "refunded_amount", "stripe_charge_id",
            "decline_code", "failed_at", "first_failed_at", "succeeded_at", "card_last4",
            "donation__sequence",
        ),
        "refunds": of(Refund, "stripe_id", "status", "amount"),
        "plans": of(RecurringPlan, "status", "amount", "fee_cover", "started_at", "ended_at"),
        "entries": of(
            LedgerEntry, "posting__balance_transaction__stripe_id", "account", "gift_class",
            "amount", "currency",
        ),
        # The note of a refund that failed stays where it was issued before the failure was known.
        "receipts": [
            row
            for row in of(Receipt, "document_type", "payment__stripe_id", "refund__stripe_id")
            if row[2] != "re_2"
        ],
    }  # fmt: skip


def tell(findings: list[Findings]) -> dict[str, Rows]:
    for each in findings:
        with transaction.atomic():
            assert record_gifts([(each, "test")], now=NOON + timedelta(days=90)) == [True]
    sums = LedgerEntry.objects.values_list("currency").annotate(sum=Sum("amount"))
    assert dict(sums.order_by("currency")) == {"GBP": 0}
    return rows()


def told_in(order: list[int], campaign: Campaign) -> dict[str, Rows]:
    """Tell a fresh story in this order and return its rows, which are then taken back."""
    with transaction.atomic():
        parts = story(*gifts(campaign))
        outcome = tell([parts[index] for index in order])
        transaction.set_rollback(True)
    return outcome


def agree(campaign: Campaign, order: list[int]) -> None:
    expected, found = told_in(INDEXES, campaign), told_in(order, campaign)
    assert {name: found[name] for name in found if found[name] != expected[name]} == {}


INDEXES = list(range(14))
ORDERS = st.permutations(INDEXES).flatmap(
    lambda order: st.lists(st.sampled_from(INDEXES), max_size=6).map(
        lambda repeated: [*repeated, *order]
    )
)
ON_ONE_DATABASE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=ON_ONE_DATABASE)
@given(order=ORDERS)
def test_any_order_with_repeats_leaves_the_same_rows(campaign: Campaign, order: list[int]) -> None:
    agree(campaign, order)


@pytest.mark.deep
@pytest.mark.timeout(1800)  # On PostgreSQL and a busy machine it takes minutes.
@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=ON_ONE_DATABASE)
@given(order=ORDERS)
def test_any_of_many_orders_leaves_the_same_rows(campaign: Campaign, order: list[int]) -> None:
    agree(campaign, order)


def told_in_batches(order: list[int], size: int, campaign: Campaign) -> dict[str, Rows]:
    """Tell a fresh story in this order, so many parts at once, and take it back."""
    with transaction.atomic():
        parts = story(*gifts(campaign))
        for start in range(0, len(order), size):
            batch = [(parts[index], "test") for index in order[start : start + size]]
            assert all(record_gifts(batch, now=NOON + timedelta(days=90)))
        outcome = rows()
        transaction.set_rollback(True)
    return outcome


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=ON_ONE_DATABASE)
@given(order=ORDERS, size=st.integers(2, 20))
def test_any_order_in_batches_leaves_the_same_rows(
    campaign: Campaign, order: list[int], size: int
) -> None:
    expected, found = told_in(INDEXES, campaign), told_in_batches(order, size, campaign)
    assert {name: found[name] for name in found if found[name] != expected[name]} == {}


@pytest.mark.django_db
def test_the_story_backwards_leaves_the_same_rows(campaign: Campaign) -> None:
    agree(campaign, INDEXES[::-1])


@pytest.mark.django_db(transaction=True)
def test_fifty_workers_with_one_gift_make_one_payment_and_one_receipt() -> None:
    once, _ = gifts(make_newspaper())
    found = Findings(payments=(booked(a_payment(once)),))

    def work(_: int) -> None:
        try:
            with transaction.atomic():
                record_gifts([(found, "test")], now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(50)))
    for model in (Donation, Payment, LedgerPosting, Receipt):
        assert model._default_manager.count() == 1, model


@pytest.mark.django_db(transaction=True)
def test_workers_with_the_many_objects_of_one_plan_neither_collide_nor_wait_forever() -> None:
    _, monthly = gifts(make_newspaper())
    parts = [part for part in story(*gifts(monthly.campaign)) if part.subscriptions]

    def work(index: int) -> None:
        try:
            with transaction.atomic():
                record_gifts([(parts[index % len(parts)], "test")], now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(60)))
    assert RecurringPlan.objects.get().status == "ended"
    assert list(Donation.objects.order_by("created_at").values_list("sequence", flat=True)) == [
        1,
        2,
        3,
    ]
