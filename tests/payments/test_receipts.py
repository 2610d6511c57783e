"""Receipts and credit notes: when they are issued, what they say, and that they are drawn and stored once."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from payments.errors import DocumentDamaged, InvalidTransition
from payments.events import payment_refunded, payment_succeeded, receipt_issued
from payments.models import (
    DocumentType,
    Payment,
    PaymentStatus,
    Receipt,
    ReceiptDocument,
    Refund,
    RefundStatus,
)
from payments.receipts.actions import issue_credit_note, issue_receipt, render_receipt
from payments.receipts.queries import stored_pdf
from payments.receipts.sweeps import render_due
from payments.receipts.tasks import issue_missing_receipts
from tests.factories import (
    NOON,
    CampaignFactory,
    LegalEntityFactory,
    PaymentFactory,
)
from tests.payments.receipt_reading import amounts, printed

pytestmark = pytest.mark.django_db


def make_refund(payment: Payment, amount: int, status: str = RefundStatus.SUCCEEDED) -> Refund:
    return Refund.objects.create(
        payment=payment,
        stripe_id=f"re_{payment.pk}_{amount}",
        status=status,
        amount=amount,
        created_at=NOON + timedelta(days=3),
    )


class TestIssuing:
    def test_numbers_run_on_without_a_gap_within_entity_and_year(self) -> None:
        numbers = [issue_receipt(PaymentFactory.create().pk, now=NOON).number for _ in range(3)]
        assert numbers == ["HC-2026-000001", "HC-2026-000002", "HC-2026-000003"]

    def test_a_second_call_returns_the_receipt_there_is(self) -> None:
        payment = PaymentFactory.create()
        first = issue_receipt(payment.pk, now=NOON)
        assert issue_receipt(payment.pk, now=NOON + timedelta(days=1)) == first
        assert Receipt.objects.count() == 1

    def test_a_number_is_given_back_when_the_transaction_fails(self) -> None:
        payment = PaymentFactory.create()
        with transaction.atomic():
            issue_receipt(payment.pk, now=NOON)
            transaction.set_rollback(True)
        assert issue_receipt(payment.pk, now=NOON).sequence == 1

    @pytest.mark.parametrize(
        "status", [PaymentStatus.PROCESSING, PaymentStatus.FAILED, PaymentStatus.REQUIRES_ACTION]
    )
    def test_a_payment_that_has_not_settled_has_no_receipt(self, status: PaymentStatus) -> None:
        payment = PaymentFactory.create(status=status, succeeded_at=None)
        with pytest.raises(InvalidTransition):
            issue_receipt(payment.pk, now=NOON)
        assert not Receipt.objects.exists()

    def test_the_database_refuses_a_second_receipt_of_a_payment(self) -> None:
        receipt = issue_receipt(PaymentFactory.create().pk, now=NOON)
        receipt.pk = None
        receipt.reference = "00000000-0000-4000-8000-000000000000"
        receipt.sequence, receipt.number = 2, "HC-2026-000002"
        with pytest.raises(IntegrityError), transaction.atomic():
            receipt.save(force_insert=True)

    def test_the_fiscal_year_is_the_entitys_own(self) -> None:
        entity = LegalEntityFactory.create(fiscal_year_start_month=4, fiscal_year_start_day=6)
        campaign = CampaignFactory.create(entity=entity)
        last_evening = datetime(2027, 4, 5, 22, 30, tzinfo=UTC)  # 23:30 on 5 April in London
        numbers = [
            issue_receipt(
                PaymentFactory.create(donation__campaign=campaign).pk, now=last_evening + later
            ).number
            for later in (timedelta(), timedelta(hours=1))
        ]
        assert numbers == ["HC-2026-000001", "HC-2027-000001"]

    def test_each_entity_counts_for_itself(self) -> None:
        other = LegalEntityFactory.create(slug="gazette", receipt_prefix="HC")
        campaigns = [CampaignFactory.create(), CampaignFactory.create(slug="gazette", entity=other)]
        receipts = [
            issue_receipt(PaymentFactory.create(donation__campaign=campaign).pk, now=NOON)
            for campaign in campaigns
        ]
        assert [receipt.number for receipt in receipts] == ["HC-2026-000001", "HC-2026-000001"]
        assert receipts[0].entity != receipts[1].entity


class TestCreditNotes:
    def test_a_refund_gets_a_note_in_its_own_series_that_names_the_receipt(self) -> None:
        payment = PaymentFactory.create()
        receipt = issue_receipt(payment.pk, now=NOON)
        note = issue_credit_note(make_refund(payment, 400).pk, now=NOON + timedelta(days=3))
        assert note is not None
        assert (note.document_type, note.number) == (DocumentType.CREDIT_NOTE, "HC-CN-2026-000001")
        assert amounts(note) == ["£4.00", "£4.00"]
        assert printed(note)["Original receipt"] == receipt.number
        assert printed(note)["Receipt total"] == "£10.00"
        assert printed(note)["Refunded on"] == "23 November 2026"

    def test_each_partial_refund_has_one_note_however_often_it_is_reported(self) -> None:
        payment = PaymentFactory.create()
        for refund in (make_refund(payment, 400), make_refund(payment, 600)):
            notes = {issue_credit_note(refund.pk, now=NOON) for _ in range(3)}
            assert len(notes) == 1
        assert Receipt.objects.filter(document_type=DocumentType.CREDIT_NOTE).count() == 2

    def test_the_receipt_that_it_refers_to_is_issued_first_if_there_is_none(self) -> None:
        payment = PaymentFactory.create()
        note = issue_credit_note(make_refund(payment, 1000).pk, now=NOON)
        receipt = Receipt.objects.get(document_type=DocumentType.RECEIPT)
        assert note is not None
        assert printed(note)["Original receipt"] == receipt.number

    @pytest.mark.parametrize("status", [RefundStatus.PENDING, RefundStatus.FAILED])
    def test_a_refund_that_has_not_gone_through_has_none(self, status: RefundStatus) -> None:
        refund = make_refund(PaymentFactory.create(), 400, status)
        assert issue_credit_note(refund.pk, now=NOON) is None
        assert not Receipt.objects.exists()


class TestRendering:
    def test_the_document_is_stored_once_with_its_checksum_and_announced_once(self) -> None:
        announced: list[int] = []
        receipt_issued.connect(record := lambda receipt_id, **_: announced.append(receipt_id))
        receipt = issue_receipt(PaymentFactory.create().pk, now=NOON)
        document = render_receipt(receipt.pk, now=NOON)
        assert render_receipt(receipt.pk, now=NOON) == document
        receipt_issued.disconnect(record)
        data = stored_pdf(document)
        assert data.startswith(b"%PDF-1.7")
        assert document.sha256 == hashlib.sha256(data).hexdigest()
        assert document.size == len(data)
        assert announced == [receipt.pk]

    def test_a_file_that_changed_in_storage_is_never_handed_out(self) -> None:
        receipt = issue_receipt(PaymentFactory.create().pk, now=NOON)
        document = render_receipt(receipt.pk, now=NOON)
        with default_storage.open(document.file.name, "wb") as file:
            file.write(b"something else")
        with pytest.raises(DocumentDamaged):
            stored_pdf(ReceiptDocument.objects.get())

    def test_a_sweep_draws_what_is_due_and_only_that(self) -> None:
        receipts = [issue_receipt(PaymentFactory.create().pk, now=NOON) for _ in range(3)]
        render_receipt(receipts[0].pk, now=NOON)
        render_due(now=NOON)
        render_due(now=NOON)
        assert ReceiptDocument.objects.count() == 3

    def test_one_receipt_that_cannot_be_drawn_stops_no_other(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        good = issue_receipt(PaymentFactory.create().pk, now=NOON)
        # No code of ours writes such a row: its content lacks everything.
        bad = Receipt.objects.create(
            entity=good.entity,
            document_type=DocumentType.RECEIPT,
            fiscal_year=2026,
            sequence=2,
            number="HC-2026-000002",
            payment=PaymentFactory.create(),
            content={},
            template_version="none",
            issued_at=NOON,
            issued_on=NOON.date(),
        )
        render_due(now=NOON)
        assert ReceiptDocument.objects.get().receipt == good
        assert f"Drawing receipt {bad.pk} failed" in caplog.text


class TestFollowing:
    def test_a_settled_payment_gets_its_receipt_and_document(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        payment = PaymentFactory.create()
        with django_capture_on_commit_callbacks(execute=True):
            payment_succeeded.send(sender=Payment, payment_ids=[payment.pk])
        assert ReceiptDocument.objects.get().receipt.payment == payment

    def test_a_refund_gets_its_note_and_document(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        payment = PaymentFactory.create()
        refund = make_refund(payment, 400)
        with django_capture_on_commit_callbacks(execute=True):
            payment_refunded.send(sender=Payment, payment_id=payment.pk, refund_id=refund.pk)
        assert ReceiptDocument.objects.count() == 2

    def test_a_sweep_issues_what_was_missed(self) -> None:
        now = datetime.now(UTC)
        payment = PaymentFactory.create(succeeded_at=now)
        refund = make_refund(payment, 400)
        Refund.objects.filter(pk=refund.pk).update(created_at=now)
        PaymentFactory.create(status=PaymentStatus.FAILED, succeeded_at=None)
        issue_missing_receipts()
        assert set(Receipt.objects.values_list("document_type", flat=True)) == {
            "receipt",
            "credit_note",
        }
        assert ReceiptDocument.objects.count() == 2
