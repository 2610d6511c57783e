"""R12 and R15: every number that was issued, whether one is missing, and what waits for a person."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from payments.finance.orders import Asking, ExportOrder, Origin
from payments.finance.receipt_series import series_of
from payments.finance.tables.exceptions import EXCEPTIONS
from payments.finance.tables.receipt_register import RECEIPT_REGISTER
from payments.finance.writing import write_report
from payments.models import Campaign, LegalEntity, NumberSeries, Payment
from payments.receipts.actions import issue_credit_note, issue_receipt
from payments.receipts.cancelling import cancel_receipt
from payments.reconciliation.exceptions import settle_exception
from tests.factories import NOON, UserFactory
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift, a_refund

pytestmark = pytest.mark.django_db

EVERYTHING = {"entity": "courier"}
PAGE = "/finance/reports/receipt_register/?first=&last="


def register() -> list[dict[str, Any]]:
    names = [column.name for column in RECEIPT_REGISTER.columns]
    return [dict(zip(names, row, strict=True)) for row in RECEIPT_REGISTER.rows(EVERYTHING)]


@pytest.fixture
def issued(campaign: Campaign) -> None:
    """Three receipts: one stands, one was refunded in part, one was cancelled by a lost dispute."""
    a_receipt = [a_gift(campaign, amount) for amount in (1000, 2000, 3000)]
    for payment in a_receipt:
        issue_receipt(payment.pk, now=NOON)
    issue_credit_note(a_refund(a_receipt[1], 500).pk, now=NOON)
    Payment.objects.filter(pk=a_receipt[2].pk).update(lost_amount=3000)
    cancel_receipt(a_receipt[2].pk, now=NOON)


def test_the_register_has_the_whole_sequence_and_says_what_became_of_each(issued: None) -> None:
    rows = register()

    assert [(row["document_type"], row["sequence"], row["state"]) for row in rows] == [
        ("credit_note", 1, "stands"),
        ("credit_note", 2, "stands"),
        ("receipt", 1, "stands"),
        ("receipt", 2, "corrected"),
        ("receipt", 3, "cancelled"),
    ]
    assert [row["amount_minor"] for row in rows] == [-500, -3000, 1000, 2000, 3000]
    assert [row["corrects"] for row in rows[:2]] == [row["number"] for row in rows[3:]]


def test_its_sums_are_those_of_its_rows(issued: None) -> None:
    figures = RECEIPT_REGISTER.figures(EVERYTHING)

    assert (figures.row_count, figures.sums) == (5, {"amount_minor": {"GBP": 2500}})


def test_a_whole_sequence_has_no_gap(issued: None, entity: LegalEntity, client: Client) -> None:
    assert [(each.last, each.issued, each.is_whole) for each in series_of(entity)] == [
        (2, 2, True),
        (3, 3, True),
    ]
    assert "Missing" not in as_role(client, "auditor").get(PAGE).content.decode()


def test_a_number_without_a_document_is_named(
    issued: None, entity: LegalEntity, client: Client
) -> None:
    NumberSeries.objects.filter(document_type="receipt").update(last_number=5)

    assert [each.missing for each in series_of(entity)] == [(), (4, 5)]
    assert "Missing: 4, 5" in as_role(client, "auditor").get(PAGE).content.decode()


def test_the_numbers_are_told_even_of_days_without_a_document(issued: None, client: Client) -> None:
    page = as_role(client, "auditor").get(
        "/finance/reports/receipt_register/?first=2020-01-01&last=2020-01-02"
    )

    assert "Numbers taken" in page.content.decode()
    assert "Nothing is in this selection." in page.content.decode()


def test_a_document_beyond_the_counter_is_told(issued: None, entity: LegalEntity) -> None:
    NumberSeries.objects.filter(document_type="receipt").update(last_number=2)

    assert [each.beyond for each in series_of(entity)] == [0, 1]


def test_the_exceptions_are_those_of_the_queue_without_the_explained_ones(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, 900, currency="JPY")
    [row] = EXCEPTIONS.rows(EVERYTHING)
    kind, key = str(row[1]), str(row[3])
    assert kind == "exchange rates"

    settle_exception(kind, key=key, note="Known.", actor=UserFactory.create(), now=NOON)

    assert list(EXCEPTIONS.rows(EVERYTHING)) == []
    [explained] = EXCEPTIONS.rows({**EVERYTHING, "settled": "on"})
    assert "Known." in explained


def test_every_kind_of_file_takes_its_numbers(issued: None) -> None:
    for name in ("csv", "xlsx", "parquet"):
        order = ExportOrder("receipt_register", name, EVERYTHING, include_personal=False)
        origin = Origin(order, Asking("finance", NOON, RECEIPT_REGISTER.schema_version), NOON)
        assert write_report(origin, BytesIO(), watch=lambda rows, expected: None).row_count == 5
