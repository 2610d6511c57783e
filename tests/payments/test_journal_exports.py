"""Journals are exports: refused while unmapped, written by the task, proven, logged, and gone after a day."""

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from time_machine import travel

from payments.finance.actions import cancel_export
from payments.finance.export_files import claim_export
from payments.finance.journals.formats import FORMATS
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.packing import packed
from payments.finance.tasks import expire_exports, write_exports
from payments.models import (
    AccessAction,
    AccessLog,
    Campaign,
    Export,
    ExportState,
    LedgerAccount,
    LegalEntity,
    ReconciliationState,
)
from payments.reconciliation.actions import settle_payout
from payments.reconciliation.trail import Decision
from tests.factories import UserFactory
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift, a_refund
from tests.payments.journals import FIRST, LAST, a_payout, map_everything, prepared
from tests.payments.months import CLOSING, THEN

pytestmark = pytest.mark.django_db

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client, campaign: Campaign) -> Ask:
    """Post the form of the journals page for October by day."""
    as_role(client, "finance")

    def post(form: str = "xero", **fields: str) -> Any:
        chosen = {"entity": "courier", "first": str(FIRST), "last": str(LAST), "by": "day"}
        return client.post("/finance/journals/export/", {**chosen, "format": form, **fields})

    return post


def _file(client: Client, export: Export) -> bytes:
    return b"".join(client.get(f"/finance/exports/{export.reference}/download/"))  # type: ignore[arg-type]


@pytest.fixture
def book(campaign: Campaign, entity: LegalEntity) -> None:
    map_everything(entity)
    a_refund(a_gift(campaign, 2500, at=THEN), 700, at=THEN)


def test_what_is_not_mapped_is_listed_and_nothing_is_asked_for(
    ask: Ask, campaign: Campaign
) -> None:
    a_gift(campaign, 2500, at=THEN)

    refused = ask()

    assert refused.status_code == 409
    words = refused.content.decode()
    for missing in ("Contributions, Once, general, GBP", "Processing fees, GBP"):
        assert missing in words
    assert not Export.objects.exists()
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_written_by_the_task_with_its_figures_and_taken_with_a_trace(
    form: str, ask: Ask, book: None, client: Client, entity: LegalEntity
) -> None:
    page = ask(form)["Location"]
    assert "is being written" in client.get(page).content.decode()
    write_exports()

    export = Export.objects.get()
    content = _file(client, export)
    whole = packed(
        prepared(entity, name=form).journals, FORMATS[form], stem="x", country=entity.country
    )
    assert content == whole.content
    assert export.sha256 == hashlib.sha256(content).hexdigest()
    assert export.sha256 in client.get(page).content.decode()
    counted = form != "xero_statement"
    assert export.row_count == (4 if counted else 3)
    assert export.totals == {
        "debit_minor": {"GBP": 2500 if counted else 735},
        "credit_minor": {"GBP": 2500},
    }
    facts = client.get(f"{page}manifest/").json()
    assert (facts["report"], facts["format"], facts["row_count"]) == (
        "journals",
        form,
        export.row_count,
    )
    assert facts["filters"] == {
        "entity": "courier",
        "first": "2026-10-01",
        "last": "2026-10-31",
        "by": "day",
    }
    log = AccessLog.objects.order_by("id").values_list("action", "export", "report")
    assert list(log) == [
        (AccessAction.EXPORTED, export.pk, "journals"),
        (AccessAction.DOWNLOADED, export.pk, "journals"),
    ]


def test_the_debits_and_credits_told_are_those_of_the_file(
    ask: Ask, book: None, client: Client
) -> None:
    ask("quickbooks_online")
    write_exports()

    export = Export.objects.get()
    rows = list(csv.DictReader(StringIO(_file(client, export).decode())))
    for side in ("debit", "credit"):
        column = f"{side.capitalize()}s"
        total = sum(int(row[column].replace(".", "")) for row in rows if row[column])
        assert export.totals[f"{side}_minor"] == {"GBP": total}


def test_several_files_arrive_as_one_zip(
    ask: Ask, book: None, client: Client, campaign: Campaign
) -> None:
    a_gift(campaign, 900, at=THEN, currency="JPY")

    page = ask()["Location"]
    write_exports()

    answer = client.get(f"{page}download/")
    archive = ZipFile(BytesIO(b"".join(answer)))  # type: ignore[arg-type]
    stem = "journals-courier-2026-10-01-2026-10-31"
    assert archive.namelist() == [f"{stem}-GBP.csv", f"{stem}-JPY.csv"]
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].endswith('.zip"')
    assert Export.objects.get().totals["debit_minor"] == {"GBP": 2500, "JPY": 900}


def test_the_same_journals_are_the_same_export_until_a_line_or_an_account_changes(
    ask: Ask, book: None, campaign: Campaign, entity: LegalEntity
) -> None:
    first = ask()["Location"]
    assert ask()["Location"] == first
    write_exports()
    assert ask()["Location"] == first

    mapping = AccountMapping.objects.get(account=LedgerAccount.CONTRIBUTIONS)
    mapping.code = "999"
    mapping.save()
    second = ask()["Location"]
    assert second != first
    write_exports()
    assert ask()["Location"] == second
    a_gift(campaign, 100, at=THEN)
    assert ask()["Location"] != second


def test_journals_that_are_not_wanted_any_more_are_not_written(ask: Ask, book: None) -> None:
    ask()
    claimed = claim_export(now=timezone.now())
    assert claimed is not None
    cancel_export(claimed.pk, now=timezone.now())
    write_exports()

    claimed.refresh_from_db()
    assert (claimed.state, str(claimed.file)) == (ExportState.CANCELLED, "")


def test_an_account_taken_away_before_the_task_comes_ends_the_export_with_what_to_map(
    ask: Ask, book: None, client: Client
) -> None:
    page = ask()["Location"]
    AccountMapping.objects.filter(account=LedgerAccount.REFUNDS).delete()
    write_exports()

    export = Export.objects.get()
    assert (export.state, export.attempts) == (ExportState.FAILED, 1)
    assert "Map these to accounts of your package first: Contributions refunded" in export.error
    assert export.error.rstrip(".") in client.get(page).content.decode()


def test_after_a_day_the_file_is_gone_and_its_figures_stay(
    ask: Ask, book: None, client: Client
) -> None:
    page = ask()["Location"]
    write_exports()
    with travel(timezone.now() + timedelta(hours=25), tick=False):
        expire_exports()

    export = Export.objects.get()
    assert (export.state, export.row_count) == (ExportState.EXPIRED, 4)
    assert client.get(f"{page}download/").status_code == 302


@travel(CLOSING, tick=False)
def test_payouts_that_are_left_out_are_listed_with_their_amounts_wherever_a_file_is_asked_for(
    ask: Ask, book: None, client: Client, entity: LegalEntity, tmp_path: Path
) -> None:
    payout = a_payout(entity, state=ReconciliationState.EXCEPTION)
    address = f"/finance/payouts/{payout.reference}/"

    for page in ("/finance/journals/", "/finance/journals/?first=2026-10-20&last=2026-10-20"):
        shown = client.get(page).content.decode()
        assert address in shown
        assert "17.65" in shown
    assert address not in client.get("/finance/journals/?by=day").content.decode()
    other = "/finance/journals/?first=2026-10-21&last=2026-10-31"
    assert address not in client.get(other).content.decode()

    page = ask(by="payout")["Location"]
    write_exports()
    # What the file lacks is told as it was when it was written.
    settle_payout(payout.pk, decision=Decision(CLOSING, UserFactory.create(), "Looked at."))
    shown = client.get(page).content.decode()
    assert address in shown
    assert "17.65" in shown
    assert client.get(f"{page}manifest/").json()["left_out"] == ["po_1"]
    assert ask(by="payout")["Location"] != page


def _run(path: Path, *arguments: str) -> str:
    out = StringIO()
    days = ["--filter", f"first={FIRST}", "--filter", f"last={LAST}"]
    call_command("export_report", "journals", "--output", str(path), *days, *arguments, stdout=out)
    return out.getvalue()


def test_cron_gets_the_same_file_with_its_manifest(
    ask: Ask, book: None, client: Client, entity: LegalEntity, tmp_path: Path
) -> None:
    a_payout(entity, state=ReconciliationState.EXCEPTION)
    path = tmp_path / "journals.csv"
    ask()
    write_exports()

    said = _run(path, "--format", "xero", "--filter", "by=day")

    assert path.read_bytes() == _file(client, Export.objects.get())
    facts = json.loads((tmp_path / "journals.csv.manifest.json").read_text())
    assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts["row_count"] == Export.objects.get().row_count
    assert facts["sha256"] in said
    assert "po_1" in _run(path, "--format", "sage50", "--filter", "by=payout")


def test_cron_is_told_what_to_map_and_gets_no_file(
    campaign: Campaign, entity: LegalEntity, tmp_path: Path
) -> None:
    a_gift(campaign, 2500, at=THEN)

    with pytest.raises(CommandError, match="Contributions, Once, general, GBP"):
        _run(tmp_path / "journals.csv", "--format", "xero", "--filter", "by=day")
    with pytest.raises(CommandError, match="Choose one of: xero, xero_statement"):
        _run(tmp_path / "journals.csv", "--format", "xlsx", "--filter", "by=day")

    assert list(tmp_path.iterdir()) == []
