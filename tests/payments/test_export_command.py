"""`manage.py export_report`: the desk's own files for cron, and errors that say what to write instead."""

import csv
import hashlib
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from payments.models import AccessAction, AccessLog, Campaign
from tests.factories import NOON, CustomerFactory
from tests.payments.gifts import a_gift, a_refund
from tests.staff import make_staff


@pytest.fixture(autouse=True)
def book(campaign: Campaign) -> None:
    payer = CustomerFactory.create(email="payer@example.org", entity=campaign.entity)
    a_refund(a_gift(campaign, 2500, customer=payer), 1000)
    a_gift(campaign, 700, at=datetime(2026, 10, 3, 12, tzinfo=UTC))


def _run(path: Path, *arguments: str, report: str = "gift_register") -> str:
    out = StringIO()
    call_command("export_report", report, "--output", str(path), *arguments, stdout=out)
    return out.getvalue()


def _amounts(path: Path) -> list[str]:
    with path.open(newline="") as file:
        return [row["amount"] for row in csv.DictReader(file)]


def test_a_report_is_written_with_its_manifest_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"

    said = _run(path)

    facts = json.loads((tmp_path / "register.csv.manifest.json").read_text())
    assert _amounts(path) == ["7.00", "25.00", "-10.00"]
    assert "payer@example.org" not in path.read_text()
    assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (facts["row_count"], facts["size"]) == (3, path.stat().st_size)
    assert facts["control_totals"]["amount_minor"] == {"GBP": 2200}
    assert facts["requested_by"] == "manage.py export_report"
    assert facts["sha256"] in said
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "register.csv",
        "register.csv.manifest.json",
    ]


def test_filters_and_usual_periods_choose_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"

    _run(path, "--filter", "first=2026-11-21", "--filter", "currency=GBP")
    assert _amounts(path) == ["-10.00"]
    with time_machine.travel(NOON, tick=False):
        _run(path, "--period", "last-month")
    assert _amounts(path) == ["7.00"]


@pytest.mark.parametrize("format", ["csv_bom", "xlsx", "parquet"])
def test_every_format_of_the_desk_is_there(format: str, tmp_path: Path) -> None:  # noqa: A002
    _run(tmp_path / "register", "--format", format)

    assert (tmp_path / "register").stat().st_size > 500


def test_a_person_needs_their_permissions_and_is_written_down(tmp_path: Path) -> None:
    lead = make_staff(role="finance lead")
    path = tmp_path / "register.csv"

    _run(path, "--as", lead.email.upper(), "--personal", "--filter", "currency=GBP")

    assert "payer@example.org" in path.read_text()
    entry = AccessLog.objects.get()
    assert (entry.user, entry.action) == (lead, AccessAction.DOWNLOADED)
    assert entry.filters == {"entity": "courier", "currency": "GBP"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "pdf"], "There is no format pdf. Choose one of: csv, csv_bom, xlsx, parquet"),
        (["--filter", "colour=red"], "with one of entity, first, last, currency"),
        (["--filter", "first"], "write NAME=VALUE"),
        (["--filter", "first=yesterday"], "first: Enter a valid date."),
        (["--filter", "entity=none"], "There is no newspaper called none."),
        (["--as", "nobody@example.org"], "There is no active user nobody@example.org."),
        (["--personal"], "add --as EMAIL"),
    ],
)
def test_what_makes_no_sense_is_said_and_writes_nothing(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=words.replace("(", r"\(")):
        _run(tmp_path / "register.csv", *arguments)

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_report_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        CommandError, match=r"There is no report gifts\. Choose one of: gift_register"
    ):
        _run(tmp_path / "x", report="gifts")


@pytest.mark.parametrize(
    ("role", "missing"),
    [("support", "payments.add_export"), ("finance", "payments.view_personal_data")],
)
def test_whoever_lacks_a_permission_gets_no_file(role: str, missing: str, tmp_path: Path) -> None:
    person = make_staff(role=role)

    with pytest.raises(CommandError, match=missing):
        _run(tmp_path / "register.csv", "--as", person.email, "--personal")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_replaced_leaves_the_old_one(
    tmp_path: Path, campaign: Campaign
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_text("yesterday's")
    a_gift(campaign, attribution={"article": "x" * 40_000})

    with pytest.raises(CommandError, match="Export this report as CSV or Parquet"):
        _run(path, "--format", "xlsx")

    assert path.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was not written"):
        _run(tmp_path / "none" / "register.csv")
