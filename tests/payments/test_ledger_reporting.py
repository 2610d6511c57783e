"""Each balance transaction comes to one amount in its entity's own currency, frozen once its rates are final."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from payments.ledger.actions import Movement, book_movements
from payments.ledger.queries import waiting_for_rates
from payments.ledger.reporting import record_waiting_amounts
from payments.ledger.tasks import record_reporting_amounts
from payments.models import Campaign, DailyRate, LedgerPosting, LegalEntity, ReportingAmount
from tests.payments.snapshots import NOON, a_balance_transaction

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def publish(day: date, **rates: str) -> None:
    for currency, rate in rates.items():
        DailyRate.objects.create(
            base="EUR", currency=currency, day=day, rate=rate, source="ECB", imported_at=NOON
        )


def book(number: int = 1, *, currency: str = "USD", at: datetime = NOON) -> LedgerPosting:
    """A charge of 1000 minor units with a fee of 35."""
    snapshot = a_balance_transaction(f"txn_{number}", currency=currency)
    snapshot = replace(snapshot, created_at=at)
    return book_movements([Movement(snapshot)], now=NOON)[snapshot.id]


def amounts() -> dict[str, tuple[int, int, int, date]]:
    return {
        row.balance_transaction.stripe_id: (row.amount, row.fee, row.net, row.rate_on)
        for row in ReportingAmount.objects.select_related("balance_transaction")
    }


def test_what_settles_in_the_entitys_own_currency_is_its_own_amount_at_once(
    entity: LegalEntity,
) -> None:
    posting = book(currency="GBP")
    row = ReportingAmount.objects.get()
    assert row.balance_transaction == posting.balance_transaction
    assert (row.amount, row.fee, row.net, row.currency) == (1000, 35, 965, "GBP")
    assert (row.rate, row.rate_on) == (Decimal(1), FRIDAY)
    assert row.source == "the same currency"


def test_another_currency_waits_until_the_rates_of_its_day_are_final(entity: LegalEntity) -> None:
    publish(FRIDAY - timedelta(days=1), USD="1.05", GBP="0.84")
    posting = book()
    assert amounts() == {}  # Yesterday's rate is not today's.
    assert list(waiting_for_rates(entity)) == [posting]
    publish(FRIDAY, USD="1.0525", GBP="0.83058")
    assert record_waiting_amounts(now=NOON) == 1
    # 1000 and 35 cents at 0.789149643705463 pounds a dollar.
    assert amounts() == {"txn_1": (789, 28, 761, FRIDAY)}
    row = ReportingAmount.objects.get()
    assert (row.rate, row.source) == (Decimal("0.789149643705463"), "ECB")
    assert not waiting_for_rates(entity).exists()
    assert record_waiting_amounts(now=NOON) == 0


def test_a_weekends_gift_takes_fridays_rate_once_mondays_is_known(entity: LegalEntity) -> None:
    publish(FRIDAY, USD="1.0525", GBP="0.83058")
    book(at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert record_waiting_amounts(now=NOON) == 0
    publish(MONDAY, USD="1.2", GBP="0.9")
    record_reporting_amounts()
    assert amounts() == {"txn_1": (789, 28, 761, FRIDAY)}


def test_a_line_booked_after_its_rates_came_is_worked_out_at_once_to_the_same(
    entity: LegalEntity,
) -> None:
    publish(FRIDAY, USD="1.0525", GBP="0.83058", JPY="161.28")
    book()
    book(2, currency="JPY")
    # 1000 and 35 yen; the fee in Stripe's own minor units of yen is whole yen.
    assert amounts() == {"txn_1": (789, 28, 761, FRIDAY), "txn_2": (515, 18, 497, FRIDAY)}


def test_a_currency_that_nobody_publishes_keeps_no_other_waiting(entity: LegalEntity) -> None:
    stuck, fine = book(1, currency="AED"), book(2)
    publish(FRIDAY, USD="1.0525", GBP="0.83058")
    assert record_waiting_amounts(now=NOON) == 1
    assert list(amounts()) == ["txn_2"]
    assert list(waiting_for_rates(entity)) == [stuck]
    assert fine not in waiting_for_rates(entity)


def test_an_entity_that_reports_in_three_decimals_gets_them(campaign: Campaign) -> None:
    LegalEntity.objects.update(default_currency="KWD")
    publish(FRIDAY, KWD="0.3245", GBP="0.83058")
    book(currency="GBP")
    # £10.00 and 35p at 0.390690842543764.
    assert amounts() == {"txn_1": (3907, 137, 3770, FRIDAY)}


def test_a_frozen_amount_and_a_published_rate_are_never_changed(entity: LegalEntity) -> None:
    publish(FRIDAY, USD="1.0525", GBP="0.83058")
    book()
    for rows, change in (
        (ReportingAmount.objects.all(), {"amount": 1, "net": 1, "fee": 0}),
        (DailyRate.objects.all(), {"rate": 2}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_booking_twenty_lines_asks_no_more_than_booking_one(entity: LegalEntity) -> None:
    publish(FRIDAY, USD="1.0525", GBP="0.83058")
    many = [
        Movement(a_balance_transaction(f"txn_{number}", currency="USD", source=f"ch_{number}"))
        for number in range(21)
    ]
    with CaptureQueriesContext(connection) as for_one:
        book_movements(many[:1], now=NOON)
    with CaptureQueriesContext(connection) as for_twenty:
        book_movements(many[1:], now=NOON)
    assert len(for_twenty) == len(for_one) < 24
    assert ReportingAmount.objects.count() == 21
