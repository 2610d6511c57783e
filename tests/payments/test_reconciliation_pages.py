"""The pages of payouts, the bank and the audit: what each shows, and what is posted to them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.models import (
    BankAccount,
    BankLine,
    BankMatch,
    BankUpload,
    DriftAudit,
    LegalEntity,
    Payout,
    ReconciliationState,
)
from tests.payments.payouts import TODAY, a_bank_account, a_bank_line, a_payout
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

STATEMENT = (
    b"Date;Words;Credit;Debit\n20.11.2026;STRIPE PAYMENTS;1.234,50;\n21.11.2026;Rent;;900,00\n"
)
LAYOUT = {
    "heading_row": "1",
    "encoding": "utf-8-sig",
    "delimiter": ";",
    "date_column": "Date",
    "date_format": "%d.%m.%Y",
    "amount_column": "",
    "in_column": "Credit",
    "out_column": "Debit",
    "decimal": ",",
    "description_column": "Words",
    "reference_column": "",
}


@pytest.fixture
def clerk(client: Client, entity: LegalEntity) -> Client:
    """A browser of somebody with the role finance."""
    sign_in_staff(client, make_staff(role="finance"))
    return client


def _chosen(clerk: Client, account: BankAccount, content: bytes = STATEMENT) -> BankUpload:
    path = f"/finance/bank/{account.reference}/upload/"
    response = clerk.post(path, {"statement": SimpleUploadedFile("november.csv", content)})
    upload = BankUpload.objects.get()
    assert response["Location"] == f"/finance/bank/files/{upload.reference}/"
    return upload


def test_payouts_are_listed_with_sums_and_few_queries(
    clerk: Client, entity: LegalEntity, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for amount in (5000, 7000):
        payout = a_payout(entity, amount)
        a_bank_line(
            a_bank_account(entity), amount, payout=payout, match=BankMatch.AUTO, booked_on=TODAY
        )
    a_payout(entity, 1, state=ReconciliationState.OPEN, arrival_on=TODAY + timedelta(days=9))
    with django_assert_max_num_queries(14):
        page = clerk.get("/finance/payouts/", {"last": str(TODAY)}).content.decode()
    assert "2 payouts" in page
    assert "120.00" in page
    assert Payout.objects.get(amount=7000).stripe_id in page
    assert "not seen" not in page


def test_a_payout_shows_its_evidence_and_is_settled_with_a_note(
    clerk: Client, entity: LegalEntity
) -> None:
    payout = a_payout(
        entity,
        state=ReconciliationState.EXCEPTION,
        evidence="Its 2 lines sum to £45, £5 less than the payout.",
        reconciled_at=None,
    )
    path = f"/finance/payouts/{payout.reference}/"
    page = clerk.get(path).content.decode()
    assert "£5 less than the payout" in page
    refused = clerk.post(f"{path}settle/", {"note": "", "verb": "settle"})
    assert refused.status_code == 400
    assert "Say in a note why." in refused.content.decode()
    clerk.post(f"{path}settle/", {"note": "A carried penny.", "verb": "settle"})
    payout.refresh_from_db()
    assert (payout.state, payout.settled_note) == (ReconciliationState.MANUAL, "A carried penny.")
    assert "A carried penny." in clerk.get(path).content.decode()


def test_a_statement_is_looked_at_read_in_and_remembered(
    clerk: Client, entity: LegalEntity
) -> None:
    account = a_bank_account(entity, currency="EUR")
    payout = a_payout(entity, 123450, currency="EUR")
    upload = _chosen(clerk, account)
    look = f"/finance/bank/files/{upload.reference}/"
    page = clerk.get(look).content.decode()
    assert "20 November 2026" in page
    assert "1,234.50" in page
    assert not BankLine.objects.exists()

    read = clerk.post(f"{look}import/", LAYOUT, follow=True)
    assert "2 lines read: 2 new, 0 known already, 1 matched." in read.content.decode()
    assert payout.bank_lines.get().amount == 123450
    account.refresh_from_db()
    assert account.layout["decimal"] == ","

    upload = _chosen(clerk, account)
    again = clerk.post(f"/finance/bank/files/{upload.reference}/import/", LAYOUT, follow=True)
    assert "2 lines read: 0 new, 2 known already, 0 matched." in again.content.decode()


def test_a_wrong_layout_is_told_by_row_and_nothing_is_lost(
    clerk: Client, entity: LegalEntity
) -> None:
    upload = _chosen(clerk, a_bank_account(entity, currency="EUR"))
    wrong = {**LAYOUT, "date_format": "%Y-%m-%d"}
    look = f"/finance/bank/files/{upload.reference}/"
    for response in (clerk.get(look, wrong), clerk.post(f"{look}import/", wrong)):
        assert "Row 2: “20.11.2026” is not a date like 2026-11-27." in response.content.decode()
    neither = {**LAYOUT, "in_column": ""}
    told = clerk.post(f"{look}import/", neither)
    assert told.status_code == 400
    assert "both money in and money out" in told.content.decode()
    assert BankUpload.objects.count() == 1
    assert not BankLine.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"heading_row": "0"},
        {"heading_row": "99"},
        {"heading_row": "x"},
        {"encoding": "rot13"},
        {"delimiter": "ab"},
        {"encoding": "utf-16"},
        {"date_column": "Nowhere"},
    ],
)
def test_no_layout_that_is_sent_breaks_the_page(
    clerk: Client, entity: LegalEntity, asked: dict[str, str]
) -> None:
    upload = _chosen(clerk, a_bank_account(entity))
    look = f"/finance/bank/files/{upload.reference}/"
    assert clerk.get(look, {**LAYOUT, **asked}).status_code == 200
    assert clerk.post(f"{look}import/", {**LAYOUT, **asked}).status_code == 400


def test_somebody_elses_file_is_not_shown(
    clerk: Client, entity: LegalEntity, client: Client
) -> None:
    upload = _chosen(clerk, a_bank_account(entity))
    sign_in_staff(client, make_staff(role="finance lead"))
    assert client.get(f"/finance/bank/files/{upload.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "The file is empty."), (b" \n", "The file is empty.")]
)
def test_a_file_that_is_no_statement_is_refused(
    clerk: Client, entity: LegalEntity, content: bytes, told: str
) -> None:
    path = f"/finance/bank/{a_bank_account(entity).reference}/upload/"
    response = clerk.post(path, {"statement": SimpleUploadedFile("x.csv", content)})
    assert response.status_code == 400
    assert told in response.content.decode()


def test_an_account_is_added_once(clerk: Client) -> None:
    asked = {"name": "Business", "currency": "gbp", "last4": "1234", "payout_words": "STRIPE"}
    clerk.post("/finance/bank/add/", asked)
    assert BankAccount.objects.get().currency == "GBP"
    again = clerk.post("/finance/bank/add/", asked)
    assert "There is an account called Business already." in again.content.decode()
    wrong = clerk.post(
        "/finance/bank/add/", {**asked, "name": "B", "currency": "XXX", "last4": "1"}
    )
    assert "XXX is not a currency" in wrong.content.decode()
    assert "Write the last four digits, or nothing." in wrong.content.decode()


def test_a_line_is_matched_and_parted_on_its_page(clerk: Client, entity: LegalEntity) -> None:
    payout, line = a_payout(entity), a_bank_line(a_bank_account(entity))
    path = f"/finance/bank/lines/{line.reference}/"
    assert payout.stripe_id in clerk.get(path).content.decode()
    assert clerk.post(f"{path}decide/", {"verb": "match", "payout": "po_x"}).status_code == 404
    clerk.post(f"{path}decide/", {"verb": "match", "payout": payout.stripe_id})
    assert payout.bank_lines.get() == line
    clerk.post(f"{path}decide/", {"verb": "unmatch", "note": "Wrong one."})
    page = clerk.get(path).content.decode()
    assert "Match taken back" in page
    assert "Wrong one." in page
    refused = clerk.post(f"{path}decide/", {"verb": "set_aside", "note": ""})
    assert (refused.status_code, "Say in a note why." in refused.content.decode()) == (400, True)


def test_an_audit_is_asked_for_by_days(clerk: Client) -> None:
    wrong = clerk.post("/finance/audits/new/", {"first": "2026-11-20", "last": "2026-11-01"})
    assert "This day is before the first one." in wrong.content.decode()
    response = clerk.post("/finance/audits/new/", {"first": "2026-11-01", "last": "2026-11-20"})
    audit = DriftAudit.objects.get()
    assert response["Location"] == f"/finance/audits/{audit.reference}/"
    assert (audit.is_repairing, audit.until - audit.since) == (False, timedelta(days=20))
    assert "1 November 2026 to 20 November 2026" in clerk.get(response["Location"]).content.decode()
