"""Orders of exports: the same one twice is one file, and one that is not wanted any more leaves none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from payments.finance.actions import cancel_export, request_export
from payments.finance.export_files import claim_export, write_export
from payments.finance.orders import ExportOrder
from payments.finance.progress import Progress, progress_of, tell
from payments.finance.snapshot import one_snapshot
from payments.finance.tasks import write_exports
from payments.models import Campaign, Export, ExportState, Payment, PaymentStatus
from tests.factories import NOON, UserFactory
from tests.payments.gifts import a_gift, a_refund


def _order(**fields: Any) -> ExportOrder:
    return ExportOrder(
        **{
            "report": "gift_register",
            "format": "csv",
            "filters": {"entity": "courier"},
            "include_personal": False,
            **fields,
        }
    )


@pytest.fixture
def wanted(campaign: Campaign) -> Export:
    """An export that waits, of a gift of £25.00 with £10.00 refunded."""
    a_refund(a_gift(campaign, 2500), 1000)
    return request_export(UserFactory.create(), _order(), now=NOON)


def test_an_equal_order_of_the_same_person_is_the_same_export(wanted: Export) -> None:
    again = request_export(wanted.requested_by, _order(), now=NOON)
    other_format = request_export(wanted.requested_by, _order(format="parquet"), now=NOON)
    other_person = request_export(UserFactory.create(), _order(), now=NOON)

    assert again == wanted
    assert len({wanted, other_format, other_person}) == 3


def test_a_file_of_rows_that_have_not_changed_is_given_again(wanted: Export) -> None:
    write_exports()

    assert request_export(wanted.requested_by, _order(), now=timezone.now()) == wanted


@pytest.mark.parametrize("change", ["gift", "refund", "status"])
def test_a_file_of_rows_that_changed_is_written_anew(
    change: str, wanted: Export, campaign: Campaign
) -> None:
    write_exports()
    gift = Payment.objects.get()
    if change == "gift":
        a_gift(campaign, 100)
    elif change == "refund":
        a_refund(gift, 1, is_booked=False)
    else:
        Payment.objects.update(status=PaymentStatus.REFUNDED, refunded_amount=gift.amount)

    assert request_export(wanted.requested_by, _order(), now=timezone.now()) != wanted


def test_a_file_whose_link_is_about_to_end_is_written_anew(wanted: Export) -> None:
    write_exports()
    late = timezone.now() + timedelta(hours=23, minutes=30)

    assert request_export(wanted.requested_by, _order(), now=late) != wanted


def test_a_file_with_names_is_never_given_a_second_time(campaign: Campaign) -> None:
    person = UserFactory.create()
    first = request_export(person, _order(include_personal=True), now=NOON)
    write_exports()

    assert request_export(person, _order(include_personal=True), now=timezone.now()) != first


def test_a_cancelled_export_is_not_written(wanted: Export) -> None:
    assert cancel_export(wanted.pk, now=NOON)
    assert not cancel_export(wanted.pk, now=NOON)

    assert claim_export(now=NOON) is None
    assert request_export(wanted.requested_by, _order(), now=NOON) != wanted


def test_an_export_cancelled_while_it_is_written_stops_and_keeps_nothing(wanted: Export) -> None:
    claimed = claim_export(now=NOON)
    assert claimed is not None
    cancel_export(wanted.pk, now=NOON)

    write_export(claimed, clock=timezone.now)

    wanted.refresh_from_db()
    assert (wanted.state, wanted.row_count, str(wanted.file)) == (ExportState.CANCELLED, None, "")


def test_without_a_shared_cache_a_cancelled_file_is_thrown_away(wanted: Export) -> None:
    claimed = claim_export(now=NOON)
    assert claimed is not None
    cancel_export(wanted.pk, now=NOON)
    cache.clear()

    write_export(claimed, clock=timezone.now)

    wanted.refresh_from_db()
    assert (wanted.state, str(wanted.file)) == (ExportState.CANCELLED, "")


def test_progress_says_how_many_rows_are_expected() -> None:
    export = uuid4()
    tell(export, rows=5000, expected=20_000)

    assert progress_of(export) == Progress(5000, 20_000)
    assert progress_of(export).per_cent == 25
    assert progress_of(uuid4()) == Progress(0, 0)


def test_a_text_too_long_for_a_workbook_is_explained(campaign: Campaign) -> None:
    a_gift(campaign, attribution={"article": "x" * 40_000})
    export = request_export(UserFactory.create(), _order(format="xlsx"), now=NOON)

    for _ in range(3):
        write_exports()

    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert "Export this report as CSV or Parquet." in export.error


@pytest.mark.django_db(transaction=True)
def test_equal_orders_that_come_at_once_make_one_export(campaign: Campaign) -> None:
    person = UserFactory.create()
    barrier = Barrier(4)

    def ask(_: int) -> int:
        barrier.wait()
        try:
            return int(request_export(person, _order(), now=NOON).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_read_beside_is_of_the_same_instant(campaign: Campaign) -> None:
    a_gift(campaign, 100)

    with one_snapshot() as snapshot:
        before = Payment.objects.count()
        if connection.vendor == "postgresql":
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_give, campaign).result()
        assert snapshot.beside(Payment.objects.count).result() == before


@pytest.mark.django_db(transaction=True)
def test_a_file_outside_any_transaction_is_whole(campaign: Campaign) -> None:
    for amount in range(1, 4):
        a_gift(campaign, amount)
    export = request_export(UserFactory.create(), _order(), now=NOON)

    write_exports()

    export.refresh_from_db()
    assert (export.state, export.row_count) == (ExportState.READY, 3)
    assert export.totals["amount_minor"] == {"GBP": 6}


def _give(campaign: Campaign) -> None:
    try:
        a_gift(campaign, 200)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_meanwhile_is_not_in_the_snapshot(campaign: Campaign) -> None:
    a_gift(campaign, 100)

    with one_snapshot():
        before = Payment.objects.count()
        if connection.vendor == "postgresql":
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_give, campaign).result()
        assert Payment.objects.count() == before
    assert Payment.objects.count() == before + (connection.vendor == "postgresql")
