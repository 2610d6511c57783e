"""Exports: asked for, written once, proven by figures, taken only by those who may."""

import csv
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from membership.models import User
from payments.finance.actions import ExportOrder, claim_export, request_export, write_export
from payments.finance.tables import TABLES
from payments.finance.tasks import expire_exports, write_exports
from payments.models import AccessAction, AccessLog, Campaign, Export, ExportState
from tests.factories import NOON, CustomerFactory, UserFactory
from tests.payments.gifts import a_gift, a_refund
from tests.staff import make_staff, sign_in_staff


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
    name = wanted.file.name

    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        expire_exports()

    wanted.refresh_from_db()
    assert wanted.state == ExportState.EXPIRED
    assert not wanted.file
    assert not default_storage.exists(name)
    assert wanted.row_count == 2


# --- Through the pages ---


@pytest.fixture
def clerk(db: None) -> User:
    return make_staff(role="finance")


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in_staff(client, clerk)
    return client


@pytest.fixture
def ask(
    desk: Client, campaign: Campaign, django_capture_on_commit_callbacks: Callable[..., Any]
) -> Callable[..., HttpResponseBase]:
    """Post the export form, and let the task that it starts run."""

    def post(**fields: str) -> HttpResponseBase:
        with django_capture_on_commit_callbacks(execute=True):
            return desk.post(
                "/finance/gift_register/export/", {"entity": "courier", "format": "csv", **fields}
            )

    return post


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_asking_leads_to_a_page_from_which_the_file_is_taken(
    ask: Callable[..., Any], desk: Client, clerk: User, campaign: Campaign
) -> None:
    a_gift(campaign, 2500)

    page = ask(first="2026-11-01", last="2026-11-30")["Location"]
    shown = desk.get(page).content.decode()
    file = desk.get(f"{page}download/")
    manifest = desk.get(f"{page}manifest/").json()

    export = Export.objects.get()
    assert "Download" in shown
    assert export.sha256 in shown
    assert hashlib.sha256(_body(file)).hexdigest() == export.sha256
    assert file["Content-Disposition"] == (
        f'attachment; filename="gift-register-2026-11-01-2026-11-30-{export.reference.hex[:8]}.csv"'
    )
    assert "no-store" in file["Cache-Control"]
    assert manifest["sha256"] == export.sha256
    assert manifest["row_count"] == 1
    assert manifest["control_totals"]["amount_minor"] == {"GBP": 2500}
    assert manifest["schema_version"] == 1
    assert manifest["filters"] == {
        "entity": "courier",
        "first": "2026-11-01",
        "last": "2026-11-30",
    }
    assert manifest["requested_by"] == str(clerk.reference)


def test_asking_and_taking_are_written_down(
    ask: Callable[..., Any], desk: Client, clerk: User
) -> None:
    page = ask()["Location"]
    desk.get(f"{page}download/")

    log = AccessLog.objects.order_by("id").values_list("user", "action", "export__reference")
    reference = Export.objects.get().reference
    assert list(log) == [
        (clerk.pk, AccessAction.EXPORTED, reference),
        (clerk.pk, AccessAction.DOWNLOADED, reference),
    ]


def test_only_the_permission_opens_names_and_emails(ask: Callable[..., Any], clerk: User) -> None:
    ask(personal="on")

    assert not Export.objects.get().includes_personal_data


def test_a_file_with_names_is_closed_to_those_who_may_not_see_them(
    desk: Client, campaign: Campaign
) -> None:
    export = request_export(
        make_staff(role="finance lead"), _order(include_personal=True), now=NOON
    )
    write_exports()

    assert desk.get(f"/finance/exports/{export.reference}/download/").status_code == 403
    assert desk.get(f"/finance/exports/{export.reference}/").status_code == 403


def test_a_foreign_export_looks_like_none_without_the_permission_to_see_all(
    client: Client, campaign: Campaign
) -> None:
    export = request_export(UserFactory.create(), _order(), now=NOON)
    write_exports()
    sign_in_staff(client, make_staff("payments.add_export", "payments.view_gift_register"))

    for page in ("", "download/", "manifest/"):
        assert client.get(f"/finance/exports/{export.reference}/{page}").status_code == 404
    assert client.get("/finance/").context["exports"] == []


def test_whoever_lost_the_right_to_a_report_loses_its_files(
    ask: Callable[..., Any], desk: Client, clerk: User
) -> None:
    page = ask()["Location"]
    clerk.groups.clear()

    assert desk.get(f"{page}download/").status_code == 403


def test_a_link_ends_on_time_even_when_no_sweep_has_run(
    ask: Callable[..., Any], desk: Client
) -> None:
    page = ask()["Location"]
    Export.objects.update(expires_at=timezone.now())

    response = desk.get(f"{page}download/")

    assert (response.status_code, response["Location"]) == (302, page)
    assert "24 hours are over" in desk.get(page).content.decode()


def test_a_file_that_is_not_there_yet_is_promised(
    desk: Client, campaign: Campaign, clerk: User
) -> None:
    export = request_export(clerk, _order(), now=NOON)

    assert "is being written" in desk.get(f"/finance/exports/{export.reference}/").content.decode()
    assert desk.get(f"/finance/exports/{export.reference}/download/").status_code == 302
    assert desk.get(f"/finance/exports/{export.reference}/manifest/").status_code == 404


def test_exporting_is_a_post(desk: Client) -> None:
    assert desk.get("/finance/gift_register/export/").status_code == 405


@pytest.mark.parametrize(
    ("report", "fields", "status"),
    [
        ("nothing", {}, 404),
        ("gift_register", {"format": "exe"}, 400),
        ("gift_register", {"format": "csv", "entity": "none"}, 400),
        ("gift_register", {"format": "csv", "entity": "courier", "first": "yesterday"}, 400),
    ],
)
def test_nonsense_is_refused_and_makes_no_export(
    report: str, fields: dict[str, str], status: int, desk: Client, campaign: Campaign
) -> None:
    assert desk.post(f"/finance/{report}/export/", fields).status_code == status
    assert not Export.objects.exists()


def test_the_clock_of_a_file_is_the_beginning_of_its_data(wanted: Export) -> None:
    times = iter([NOON, NOON + timedelta(seconds=90)])

    def clock() -> datetime:
        return next(times)

    claimed = claim_export(now=NOON)
    assert claimed is not None
    write_export(claimed, clock=clock)

    wanted.refresh_from_db()
    assert (wanted.as_of, wanted.finished_at) == (NOON, NOON + timedelta(seconds=90))
