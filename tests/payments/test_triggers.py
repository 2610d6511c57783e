"""The database itself keeps the books: on both engines, against every program."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from membership.models import ConsentPurpose, ConsentRecord, StatusChange, SupporterState
from payments.ledger.actions import book_balance_transaction
from payments.models import (
    AccessLog,
    BalanceTransaction,
    Campaign,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    PlanChange,
    PlanChangeKind,
)
from payments.triggers import drop_all, install_all, missing
from tests.factories import CheckoutFactory, PaymentFactory, SupporterFactory, UserFactory
from tests.payments.snapshots import NOON, a_balance_transaction, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting(campaign: Campaign) -> LedgerPosting:
    payment = PaymentFactory.create(donation__campaign=campaign)
    return book_balance_transaction(a_balance_transaction(), payment=payment, now=NOON)


def refused(change: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_a_booked_row_is_neither_changed_nor_deleted(posting: LedgerPosting) -> None:
    for model, change in (
        (LedgerPosting, {"description": "other"}),
        (LedgerEntry, {"amount": 1}),
        (BalanceTransaction, {"amount": 1, "net": 1, "fee": 0}),
    ):
        rows = model._default_manager.all()
        assert refused(partial(rows.update, **change)), model
        assert refused(partial(rows._raw_delete, rows.db)), model
        assert rows.exists()


def test_a_raw_statement_is_refused_as_well(posting: LedgerPosting) -> None:
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("DELETE FROM payments_ledgerentry"))
        assert refused(lambda: cursor.execute("UPDATE payments_ledgerentry SET amount = amount"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_truncating_the_books_is_refused(posting: LedgerPosting) -> None:
    # Rows of this very transaction whose foreign keys wait to be checked would be a reason of their own.
    connection.check_constraints()
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("TRUNCATE payments_ledgerentry CASCADE"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no INSERT OR REPLACE")
def test_replacing_a_booked_row_is_refused(posting: LedgerPosting) -> None:
    with connection.cursor() as cursor:
        for table in ("payments_balancetransaction", "payments_ledgerposting"):
            same_again = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608
            assert refused(partial(cursor.execute, same_again)), table


def a_posting(entity_id: int) -> LedgerPosting:
    row = a_balance_transaction(f"txn_{uuid4().hex}")
    return LedgerPosting(
        entity_id=entity_id,
        balance_transaction=BalanceTransaction.objects.create(
            entity_id=entity_id,
            stripe_id=row.id,
            type=row.type,
            reporting_category=row.reporting_category,
            currency=row.currency,
            amount=row.amount,
            fee=row.fee,
            net=row.net,
            created_at=row.created_at,
            available_on=row.available_on,
        ),
        description="by hand",
        accounting_on=NOON.date(),
        original_on=NOON.date(),
        posted_at=NOON,
    )


def lines(posting: LedgerPosting, *amounts: tuple[int, str]) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            posting_id=posting.pk, account=LedgerAccount.SUSPENSE, amount=amount, currency=currency
        )
        for amount, currency in amounts
    )


@pytest.mark.parametrize(
    "amounts",
    [
        (),
        ((5, "GBP"),),
        ((5, "GBP"), (-4, "GBP")),
        ((5, "GBP"), (-5, "USD")),
        ((5, "GBP"), (-5, "GBP"), (1, "USD")),
    ],
)
def test_a_posting_that_does_not_balance_in_each_currency_is_refused(
    campaign: Campaign, amounts: tuple[tuple[int, str], ...]
) -> None:
    posting = a_posting(campaign.entity_id)

    def post() -> None:
        lines(posting, *amounts)
        posting.save(force_insert=True)

    assert refused(post)


def test_a_balanced_posting_is_taken_and_then_takes_no_further_line(campaign: Campaign) -> None:
    posting = a_posting(campaign.entity_id)
    lines(posting, (5, "GBP"), (-5, "GBP"), (7, "JPY"), (-7, "JPY"))
    posting.save(force_insert=True)
    assert refused(lambda: lines(posting, (3, "GBP"), (-3, "GBP")))
    assert posting.entries.count() == 4


def test_lines_without_their_posting_do_not_commit(campaign: Campaign) -> None:
    posting = a_posting(campaign.entity_id)

    def leave_it() -> None:
        lines(posting, (5, "GBP"), (-5, "GBP"))
        connection.check_constraints()

    assert refused(leave_it)


def test_a_consent_learns_its_supporter_once_and_nothing_else_changes(campaign: Campaign) -> None:
    first, second = SupporterFactory.create_batch(2)
    consent = ConsentRecord.objects.create(
        checkout=CheckoutFactory.create(campaign=campaign),
        purpose=ConsentPurpose.NEWS,
        granted=True,
        text="May we write?",
        text_version="1",
        source="test",
        recorded_at=NOON,
    )
    row = ConsentRecord.objects.filter(pk=consent.pk)
    assert refused(lambda: row.update(granted=False))
    assert refused(lambda: row.update(supporter=first, granted=False))
    row.update(supporter=first)
    assert refused(lambda: row.update(supporter=second))
    assert refused(lambda: row.update(supporter=None))
    assert row.get().supporter == first


def test_the_logs_of_changes_are_written_once(campaign: Campaign) -> None:
    from payments.plans.actions import record_plan

    checkout = CheckoutFactory.create(campaign=campaign, frequency="monthly")
    plan = record_plan(a_subscription(checkout), cause="test", now=NOON)
    StatusChange.objects.create(
        supporter=SupporterFactory.create(),
        from_state=SupporterState.ANONYMOUS,
        to_state=SupporterState.ONE_OFF,
        reason="gave",
        cause="test",
        changed_at=NOON,
    )
    AccessLog.objects.create(
        user=UserFactory.create(), action="viewed", report="gift_register", at=NOON
    )
    assert PlanChange.objects.get(plan=plan).kind == PlanChangeKind.STARTED
    for model, change in (
        (PlanChange, {"cause": "other"}),
        (StatusChange, {"reason": "other"}),
        (AccessLog, {"at": NOON + timedelta(days=1)}),
    ):
        rows = model._default_manager.all()
        assert refused(partial(rows.update, **change)), model
        assert refused(partial(rows._raw_delete, rows.db)), model


def test_the_deployment_check_names_every_trigger_that_is_not_there(db: None) -> None:
    def found() -> list[str]:
        errors = run_checks(
            tags=["database"], databases=["default"], include_deployment_checks=True
        )
        return [error.msg for error in errors if error.id == "payments.E006"]

    assert missing() == []
    assert found() == []
    drop_all()
    assert "masthead_payments_ledgerentry_no_update" in found()[0]
    install_all()
    install_all()
    assert found() == []


def test_a_trigger_that_was_made_harmless_counts_as_missing(db: None) -> None:
    name, table = "masthead_payments_ledgerentry_no_delete", "payments_ledgerentry"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN 0 BEGIN SELECT 1; END"
            )
    assert missing() == [name]


@pytest.mark.django_db(transaction=True)
def test_migrating_puts_missing_triggers_back() -> None:
    drop_all()
    call_command("migrate", verbosity=0)
    assert missing() == []
