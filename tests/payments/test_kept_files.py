"""What a locked month exports: the same bytes for everybody and for good, made once."""

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from time_machine import travel

from membership.models import Supporter
from membership.privacy.actions import ask_to_erase, erase_supporter
from payments.finance.actions import request_export
from payments.finance.kept.actions import claim_report, keep_report
from payments.finance.kept.queries import kept_names
from payments.finance.kept.tasks import keep_month_files
from payments.finance.orders import ExportOrder
from payments.finance.tables import TABLES
from payments.finance.tasks import expire_exports, write_exports
from payments.models import (
    AccountingPeriod,
    Campaign,
    Dispute,
    DisputeState,
    ExportState,
    KeptFile,
    LegalEntity,
    Payment,
)
from tests.factories import UserFactory
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift, a_refund
from tests.payments.kept import (
    FORMATS,
    READER,
    REPORTS,
    asked,
    content_of,
    order_of,
    stored,
)
from tests.payments.months import CLOSING, OCTOBER, THEN, close, lock, october
from tests.payments.payouts import a_payout
from tests.payments.test_triggers import refused
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


def _much_happens_to(gift: Payment, entity: LegalEntity) -> None:
    """Refund it, dispute it, pay it out, rename its campaign, and forget who gave it."""
    a_refund(gift, 1000, at=THEN + timedelta(days=2))
    a_refund(gift, 300, at=CLOSING)
    Dispute.objects.create(
        payment=gift,
        stripe_id="dp_1",
        state=DisputeState.OPEN,
        currency="GBP",
        amount=500,
        created_at=THEN + timedelta(days=3),
        changed_at=THEN + timedelta(days=3),
    )
    a_payout(entity, arrival_on=OCTOBER.last_on)
    campaign = gift.donation.campaign
    campaign.title, campaign.slug = "Another name", "another-name"
    campaign.save()
    a_gift(campaign, 4000, at=THEN)
    supporter = Supporter.objects.get(email=READER)
    erase_supporter(ask_to_erase(supporter, cause="reader", now=CLOSING), now=CLOSING)


def test_every_report_of_a_locked_month_gives_the_same_bytes_to_everybody_for_good(
    kept_files: dict[tuple[str, str], bytes],
    locked_gift: Payment,
    entity: LegalEntity,
    sandbox: SandboxAccount,
) -> None:
    live = TABLES["gift_register"].figures(order_of().filters)
    _much_happens_to(locked_gift, entity)
    assert TABLES["gift_register"].figures(order_of().filters) != live

    assert kept_files.keys() == {(report, form) for report in REPORTS for form in FORMATS}
    for later in (timedelta(0), timedelta(days=1)):
        with travel(CLOSING + later, tick=False):
            for (report, form), before in kept_files.items():
                export, found = asked(order_of(report, form))
                assert found == before, (report, form)
                assert sha256(found).hexdigest() == export.sha256, (report, form)
                assert READER.encode() not in found
                assert b"Rita Reader" not in found


def test_the_files_say_who_locked_the_month_and_of_when_the_data_is(
    kept_files: dict[tuple[str, str], bytes], client: Client
) -> None:
    period = AccountingPeriod.objects.get()
    file = KeptFile.objects.get(report="gift_register", format="csv")

    facts = as_role(client, "finance").get(f"/finance/kept/{file.reference}/figures/").json()

    assert facts["locked_month"] == "2026-10"
    assert facts["locked_by"] == facts["requested_by"] == str(period.locked_by)
    assert facts["locked_at"] == facts["as_of"] == "2026-11-05T09:00:00Z"
    assert facts["row_count"] == 4
    assert facts["control_totals"]["amount_minor"] == {"GBP": 5300}
    assert facts["sha256"] == sha256(kept_files["gift_register", "csv"]).hexdigest()
    assert facts["size"] == len(kept_files["gift_register", "csv"])


def test_other_filters_and_names_are_of_the_books_as_they_are(
    kept_files: dict[tuple[str, str], bytes], locked_gift: Payment
) -> None:
    a_refund(locked_gift, 1000, at=THEN + timedelta(days=2))
    with_names = ExportOrder("gift_register", "csv", order_of().filters, include_personal=True)

    assert asked(with_names)[1].count(b"\r\n") == 1 + 5
    for order in (
        order_of(currency="GBP"),
        order_of(last="2026-10-30"),
        order_of(first="2026-09-01"),
        order_of(last="2026-11-30"),
    ):
        export, found = asked(order)
        assert (export.kept, found.count(b"\r\n")) == (None, 1 + 5)


def test_a_month_that_is_only_closed_keeps_nothing(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    close(entity)
    keep_month_files()

    assert asked(order_of())[0].kept is None
    assert not KeptFile.objects.exists()


def test_asking_before_the_task_came_makes_the_file_and_keeps_it_once(locked_gift: Payment) -> None:
    export, first = asked(order_of())
    a_refund(locked_gift, 1000, at=THEN + timedelta(days=2))
    for _ in REPORTS:
        keep_month_files()

    kept = KeptFile.objects.get(report="gift_register", format="csv")
    assert (export.kept, content_of(kept)) == (kept, first)
    # All formats are of one instant, so that they hold the same rows.
    marked = KeptFile.objects.get(report="gift_register", format="csv_bom")
    assert content_of(marked) == b"\xef\xbb\xbf" + first


def test_a_month_locked_by_an_earlier_version_is_kept_by_the_sweep(locked_gift: Payment) -> None:
    KeptFile.objects.filter(report="payouts").update(report="gone")
    for _ in range(len(REPORTS) + 1):
        keep_month_files()

    there = KeptFile.objects.exclude(sha256="").values_list("report", "format")
    assert sorted(there) == sorted(kept_names())
    assert KeptFile.objects.filter(report="gone", sha256="").count() == len(FORMATS)


def test_whoever_asked_just_before_the_lock_gets_the_kept_file_from_then_on(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gift, person = october(campaign), UserFactory.create()
    close(entity)
    with travel(CLOSING, tick=False):
        before = request_export(person, order_of(), now=CLOSING)
        write_exports()
        lock(entity)
        a_refund(gift, 100, at=THEN + timedelta(days=2))

        after = request_export(person, order_of(), now=CLOSING)
        write_exports()
        again = request_export(person, order_of(), now=CLOSING)

    assert after != before
    assert again == after
    after.refresh_from_db()
    assert after.kept is not None


def test_an_attempt_that_died_between_file_and_row_leaves_one_file_in_the_end(
    locked_gift: Payment,
) -> None:
    period, report = claim_report(now=CLOSING) or pytest.fail("nothing is due")
    due = KeptFile.objects.get(report=report, format="csv")
    folder = f"months/courier/2026-10/{due.reference}"
    default_storage.save(f"{folder}/{report}.csv", ContentFile(b"half a fi"))

    claimed_meanwhile = claim_report(now=CLOSING)
    assert claimed_meanwhile is not None
    assert claimed_meanwhile[1] != report
    with travel(CLOSING + timedelta(minutes=20), tick=False):
        assert claim_report(now=timezone.now()) == (period, report)
        keep_report(period, report, clock=timezone.now)

    assert default_storage.listdir(folder)[1] == [f"{report}.csv"]
    assert len(stored()) == len(FORMATS)
    for kept in KeptFile.objects.filter(report=report):
        assert sha256(content_of(kept)).hexdigest() == kept.sha256


def test_two_who_write_at_once_keep_the_file_of_the_first(locked_gift: Payment) -> None:
    period = AccountingPeriod.objects.get()
    quick: list[datetime] = []

    def meanwhile(rows: int, expected: int) -> None:
        if not quick:
            quick.append(CLOSING + timedelta(minutes=1))
            keep_report(period, "gift_register", clock=lambda: quick[0])

    keep_report(period, "gift_register", clock=lambda: CLOSING, watch=meanwhile)

    kept = KeptFile.objects.filter(report="gift_register")
    assert {each.as_of for each in kept} == set(quick)
    assert all(sha256(content_of(each)).hexdigest() == each.sha256 for each in kept)
    assert len(stored()) == len(FORMATS)


def test_a_format_that_cannot_hold_the_rows_costs_the_others_nothing(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    a_gift(campaign, 35, at=THEN, attribution={"article": "x" * 40_000})
    close(entity)
    lock(entity)
    period = AccountingPeriod.objects.get()
    for later in range(5):
        at = CLOSING + timedelta(hours=later)
        while (due := claim_report(now=at)) is not None:
            if due[1] == "gift_register":
                keep_report(*due, clock=lambda: CLOSING)

    register = KeptFile.objects.filter(report="gift_register")
    assert {each.format for each in register if each.is_kept} == {"csv", "csv_bom", "parquet"}
    broken = register.get(sha256="")
    assert (broken.attempts, broken.period) == (3, period)
    assert "Export this report as CSV or Parquet." in broken.error
    with travel(CLOSING, tick=False):
        export = request_export(UserFactory.create(), order_of(form="xlsx"), now=CLOSING)
        for _ in range(3):
            write_exports()
    export.refresh_from_db()
    assert "Export this report as CSV or Parquet." in export.error


def test_the_database_changes_and_deletes_no_kept_file(
    kept_files: dict[tuple[str, str], bytes],
) -> None:
    rows = KeptFile.objects.all()

    assert refused(lambda: rows.update(sha256="0" * 64))
    assert refused(lambda: rows.update(row_count=1))
    assert refused(lambda: rows.update(sha256=""))
    assert refused(lambda: rows._raw_delete(rows.db))
    assert rows.update(fault="", checked_at=CLOSING)


def test_the_end_of_an_export_leaves_the_kept_file_where_it_is(
    kept_files: dict[tuple[str, str], bytes],
) -> None:
    export, _ = asked(order_of())
    with travel(CLOSING + timedelta(days=2), tick=False):
        expire_exports()

    export.refresh_from_db()
    assert (export.state, str(export.file)) == (ExportState.EXPIRED, "")
    assert content_of(KeptFile.objects.get(report="gift_register", format="csv"))
