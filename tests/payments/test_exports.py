"""Exports: written once, whatever dies on the way, and proven by their figures."""

import csv
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from payments.finance.actions import request_export
from payments.finance.export_files import claim_export, write_export
from payments.finance.orders import ExportOrder
from payments.finance.tables import TABLES
from payments.finance.tasks import expire_exports, write_exports
from payments.models import Campaign, Export, ExportState
from tests.factories import NOON, CustomerFactory, UserFactory
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


def _write_all() -> None:
    """Run the task until nothing is due, as its own nudges do after a commit."""
    while Export.objects.filter(state__in=[ExportState.WAITING, ExportState.RUNNING]).exists():
        write_exports()


def _stored(export: Export) -> str:
    with export.file.open("rb") as file:
        return str(file.read().decode())


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_the_file_holds_every_row_with_its_figures(wanted: Export) -> None:
    write_exports()

    wanted.refresh_from_db()
    text = _stored(wanted)
    gift, refund = _table(text)
    assert (gift["event"], gift["amount"], gift["net_minor"]) == ("gift", "25.00", "2465")
    assert (refund["event"], refund["amount"], refund["amount_minor"]) == (
        "refund",
        "-10.00",
        "-1000",
    )
    assert wanted.state == ExportState.READY
    assert wanted.row_count == 2
    assert wanted.totals["amount_minor"] == {"GBP": 1500}
    assert wanted.totals["net_minor"] == {"GBP": 1465}
    assert wanted.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert wanted.size == len(text.encode())


def test_control_totals_are_the_sums_of_the_files_own_columns(wanted: Export) -> None:
    write_exports()

    wanted.refresh_from_db()
    rows = _table(_stored(wanted))
    for column, sums in wanted.totals.items():
        currency = (
            "currency" if column in ("amount_minor", "fee_cover_minor") else "settlement_currency"
        )
        for code, total in sums.items():
            assert total == sum(
                int(row[column]) for row in rows if row[column] and row[currency] == code
            )


def test_every_column_has_a_value_in_every_row(wanted: Export) -> None:
    columns, rows = TABLES["gift_register"].select(wanted.filters, include_personal=True)

    assert {len(row) for row in rows} == {len(columns)}
    assert len({column.name for column in columns}) == len(columns)


def test_personal_columns_are_there_only_when_asked_for(campaign: Campaign) -> None:
    a_gift(campaign, customer=CustomerFactory.create(name="=HYPERLINK()", email="r@example.org"))
    plain = request_export(UserFactory.create(), _order(), now=NOON)
    personal = request_export(UserFactory.create(), _order(include_personal=True), now=NOON)

    _write_all()

    plain.refresh_from_db()
    personal.refresh_from_db()
    assert "r@example.org" not in _stored(plain)
    assert "supporter_email" not in _stored(plain)
    (row,) = _table(_stored(personal))
    assert (row["supporter_name"], row["supporter_email"]) == ("'=HYPERLINK()", "r@example.org")


def test_a_worker_that_died_half_way_leaves_one_file_in_the_end(wanted: Export) -> None:
    dead = claim_export(now=NOON)
    assert dead is not None
    # It had stored its file and died before it could say so.
    name = f"exports/{wanted.reference}/gift_register.csv"
    with default_storage.open(name, "wb") as file:
        file.write(b"half a fi")
    assert claim_export(now=NOON + timedelta(minutes=14)) is None

    again = claim_export(now=NOON + timedelta(minutes=16))
    assert again is not None
    write_export(again, clock=timezone.now)

    wanted.refresh_from_db()
    assert (wanted.state, wanted.attempts) == (ExportState.READY, 2)
    assert default_storage.listdir(f"exports/{wanted.reference}") == ([], ["gift_register.csv"])
    assert len(_table(_stored(wanted))) == 2


def test_a_worker_that_comes_back_late_stores_nothing(wanted: Export) -> None:
    slow = claim_export(now=NOON)
    quick = claim_export(now=NOON + timedelta(minutes=16))
    assert slow is not None
    assert quick is not None
    write_export(quick, clock=lambda: NOON + timedelta(minutes=17))
    wanted.refresh_from_db()
    stored = wanted.sha256

    a_gift(Campaign.objects.get(), 900)
    write_export(slow, clock=lambda: NOON + timedelta(minutes=18))

    wanted.refresh_from_db()
    assert wanted.sha256 == stored
    assert hashlib.sha256(_stored(wanted).encode()).hexdigest() == stored
    assert wanted.finished_at == NOON + timedelta(minutes=17)


def test_an_export_that_cannot_be_written_fails_for_good_and_stops_no_other(
    campaign: Campaign,
) -> None:
    broken = request_export(UserFactory.create(), _order(filters={"entity": "gone"}), now=NOON)
    sound = request_export(UserFactory.create(), _order(), now=NOON)

    _write_all()

    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, broken.attempts) == (ExportState.FAILED, 3)
    assert broken.error == "The file could not be written (DoesNotExist)."
    assert sound.state == ExportState.READY


def test_an_export_that_kills_every_worker_is_given_up(wanted: Export) -> None:
    at = NOON
    for _ in range(3):
        assert claim_export(now=at) is not None
        at += timedelta(minutes=20)

    assert claim_export(now=at) is None

    wanted.refresh_from_db()
    assert wanted.state == ExportState.FAILED
    assert wanted.error == "Writing it was interrupted 3 times."


def test_after_a_day_the_file_is_deleted_and_its_figures_stay(wanted: Export) -> None:
    write_exports()
    wanted.refresh_from_db()
    name = str(wanted.file)

    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        expire_exports()

    wanted.refresh_from_db()
    assert wanted.state == ExportState.EXPIRED
    assert not wanted.file
    assert not default_storage.exists(name)
    assert wanted.row_count == 2


def test_the_clock_of_a_file_is_the_beginning_of_its_data(wanted: Export) -> None:
    times = iter([NOON, NOON + timedelta(seconds=90)])

    def clock() -> datetime:
        return next(times)

    claimed = claim_export(now=NOON)
    assert claimed is not None
    write_export(claimed, clock=clock)

    wanted.refresh_from_db()
    assert (wanted.as_of, wanted.finished_at) == (NOON, NOON + timedelta(seconds=90))


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_once_share_the_exports_out(campaign: Campaign) -> None:
    for _ in range(4):
        request_export(UserFactory.create(), _order(), now=NOON)
    barrier = Barrier(4)

    def work(_: int) -> Export | None:
        barrier.wait()
        try:
            return claim_export(now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(work, range(4)))

    assert len({export.pk for export in claimed if export}) == 4
