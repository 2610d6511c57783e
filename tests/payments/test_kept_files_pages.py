"""The kept files of a month where people meet them: its page, a zip, the reports, cron, and the weekly look."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from time_machine import travel

from payments.errors import DocumentDamaged
from payments.finance.kept.archive import zipped
from payments.finance.kept.tasks import check_kept_files
from payments.finance.tasks import write_exports
from payments.models import (
    AccessAction,
    AccessLog,
    AccountingPeriod,
    Export,
    KeptFile,
    Payment,
)
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_refund
from tests.payments.kept import (
    FORMATS,
    REPORTS,
    asked,
    order_of,
)
from tests.payments.months import CLOSING, THEN

pytestmark = pytest.mark.django_db


def test_the_weekly_look_finds_what_is_lost_or_changed_and_says_when_it_is_well_again(
    kept_files: dict[tuple[str, str], bytes],
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lost = KeptFile.objects.get(report="gift_register", format="csv")
    changed = KeptFile.objects.get(report="funds", format="csv")
    check_kept_files()
    assert not KeptFile.objects.exclude(fault="").exists()
    _replace(lost, None)
    _replace(changed, b"other")

    with travel(CLOSING + timedelta(days=7), tick=False):
        check_kept_files()

        assert f"{lost}: The storage has no such file" in caplog.text
        assert f"{changed}: The storage holds other bytes" in caplog.text
        page = as_role(client, "finance").get("/finance/months/courier/2026-10/").content.decode()
        assert page.count("from a backup") == 2
        taken = client.get(f"/finance/kept/{changed.reference}/")
        assert taken.status_code == 302
        assert not AccessLog.objects.filter(action=AccessAction.DOWNLOADED).exists()
        assert client.get("/finance/months/courier/2026-10/files/").status_code == 302

    _replace(lost, kept_files["gift_register", "csv"])
    _replace(changed, kept_files["funds", "csv"])
    with travel(CLOSING + timedelta(days=14), tick=False):
        check_kept_files()
    assert not KeptFile.objects.exclude(fault="").exists()


def _replace(kept: KeptFile, content: bytes | None) -> None:
    default_storage.delete(str(kept.file))
    if content is not None:
        default_storage.save(str(kept.file), ContentFile(content))


def test_the_page_of_the_month_lists_its_files_and_gives_them_all_as_one_zip(
    kept_files: dict[tuple[str, str], bytes], client: Client
) -> None:
    as_role(client, "finance")
    page = client.get("/finance/months/courier/2026-10/").content.decode()
    seen = KeptFile.objects.exclude(report="audit_trail")
    assert all(each.sha256 in page for each in seen)
    assert not any(each.sha256 in page for each in KeptFile.objects.filter(report="audit_trail"))

    answer = client.get("/finance/months/courier/2026-10/files/")
    body = b"".join(answer)  # type: ignore[arg-type]  # a streamed answer yields its blocks
    archive = ZipFile(BytesIO(body))

    assert archive.testzip() is None
    assert len(archive.namelist()) == 2 * len(seen)
    assert archive.read("gift-register-2026-10.csv") == kept_files["gift_register", "csv"]
    assert archive.read("funds-2026-10.xlsx") == kept_files["funds", "xlsx"]
    facts = json.loads(archive.read("funds-2026-10.xlsx.manifest.json"))
    assert facts["sha256"] == sha256(kept_files["funds", "xlsx"]).hexdigest()
    taken = AccessLog.objects.filter(action=AccessAction.DOWNLOADED)
    assert sorted(taken.values_list("report", flat=True)) == sorted(set(REPORTS) - {"audit_trail"})
    again = b"".join(client.get("/finance/months/courier/2026-10/files/"))  # type: ignore[arg-type]
    assert again == body


def test_a_kept_file_is_taken_from_the_page_by_those_who_may_see_its_report(
    kept_files: dict[tuple[str, str], bytes], client: Client
) -> None:
    trail = KeptFile.objects.get(report="audit_trail", format="csv")
    register = KeptFile.objects.get(report="gift_register", format="xlsx")
    as_role(client, "finance")

    assert client.get(f"/finance/kept/{trail.reference}/").status_code == 403
    answer = client.get(f"/finance/kept/{register.reference}/")

    assert b"".join(answer) == kept_files["gift_register", "xlsx"]  # type: ignore[arg-type]
    assert answer["Content-Disposition"] == 'attachment; filename="gift-register-2026-10.xlsx"'
    assert AccessLog.objects.get(action=AccessAction.DOWNLOADED).report == "gift_register"


def test_the_pages_tell_a_kept_file_from_the_books_as_they_are(
    kept_files: dict[tuple[str, str], bytes], client: Client
) -> None:
    as_role(client, "finance")
    report = "/finance/reports/funds/?first=2026-10-01&last=2026-10-31"
    assert "is locked" in client.get(report).content.decode()
    assert "is locked" not in client.get(report.replace("31", "30")).content.decode()
    fields = {**order_of().filters, "format": "csv"}
    client.post("/finance/funds/export/", fields)
    client.post("/finance/funds/export/", {**fields, "last": "2026-10-30"})
    write_exports()
    write_exports()
    same, live = Export.objects.order_by("id")

    shown = client.get(f"/finance/exports/{same.reference}/").content.decode()
    assert "Kept when the month was locked" in shown
    assert KeptFile.objects.get(report="funds", format="csv").sha256 in shown
    shown = client.get(f"/finance/exports/{live.reference}/").content.decode()
    assert "Kept when the month was locked" not in shown
    assert "The books as they were at 5 November 2026, 09:00:00 UTC" in shown
    facts = client.get(f"/finance/exports/{same.reference}/manifest/").json()
    assert (facts["export"], facts["locked_month"]) == (str(same.reference), "2026-10")


@pytest.mark.parametrize("form", FORMATS)
def test_cron_gets_the_kept_file_too(form: str, locked_gift: Payment, tmp_path: Path) -> None:
    def written(name: str) -> bytes:
        path = tmp_path / name
        arguments = ["--format", form, "--period", "last-month", "--output", str(path)]
        call_command("export_report", "gift_register", *arguments)
        return path.read_bytes()

    first = written("first")
    a_refund(locked_gift, 1000, at=THEN + timedelta(days=2))

    assert written("second") == first
    facts = json.loads((tmp_path / "second.manifest.json").read_text())
    assert (facts["locked_month"], facts["sha256"]) == ("2026-10", sha256(first).hexdigest())
    assert asked(order_of(form=form))[1] == first


def test_a_zip_of_large_files_is_sent_in_small_blocks(locked_gift: Payment) -> None:
    content = Random(1).randbytes(3_000_000)
    name = default_storage.save("months/large", ContentFile(content))
    large = KeptFile(
        period=AccountingPeriod.objects.get(),
        report="gift_register",
        format="csv",
        sha256=sha256(content).hexdigest(),
        file=name,
        size=len(content),
        schema_version=1,
        row_count=1,
        as_of=CLOSING,
        kept_at=CLOSING,
    )

    blocks = list(zipped([large]))

    assert max(map(len, blocks)) < 600_000
    assert ZipFile(BytesIO(b"".join(blocks))).read("gift-register-2026-10.csv") == content
    large.sha256 = "0" * 64
    with pytest.raises(DocumentDamaged):
        list(zipped([large]))
