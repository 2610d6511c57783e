"""Receipts and credit notes: when they are issued, what they say, and that they are drawn and stored once."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from payments.errors import DocumentDamaged, InvalidTransition
from payments.events import payment_refunded, payment_succeeded, receipt_issued
from payments.models import (
    Campaign,
    DocumentType,
    EntityKind,
    Frequency,
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
    CheckoutFactory,
    DonationFactory,
    LegalEntityFactory,
    PaymentFactory,
)

pytestmark = pytest.mark.django_db


def make_refund(payment: Payment, amount: int, status: str = RefundStatus.SUCCEEDED) -> Refund:
    return Refund.objects.create(
        payment=payment,
        stripe_id=f"re_{payment.pk}_{amount}",
        status=status,
        amount=amount,
        created_at=NOON + timedelta(days=3),
    )


def printed(receipt: Receipt) -> dict[str, str]:
    """The labelled details of a document."""
    return {fact["label"]: fact["text"] for fact in receipt.content["facts"]}


def amounts(receipt: Receipt) -> list[str]:
    lines = [*receipt.content["lines"], receipt.content["total"]]
    return [line["amount"]["text"] for line in lines]


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


class TestContent:
    def test_a_one_off_receipt_says_who_what_when_and_how(self) -> None:
        checkout = CheckoutFactory.create(name="Ada Reader", fee_cover=35)
        donation = DonationFactory.create(
            checkout=checkout, customer=checkout.customer, fee_cover=35
        )
        receipt = issue_receipt(PaymentFactory.create(donation=donation).pk, now=NOON)
        content = receipt.content
        assert content["payer_name"] == "Ada Reader"
        assert content["payer_email"] == checkout.email
        assert content["issuer"]["legal_name"] == "Harbour Courier Limited"
        assert content["issuer"]["registration_label"] == "Company number"
        assert "not a charitable donation" in content["issuer"]["note"]
        assert amounts(receipt) == ["£10.00", "£0.35", "£10.35"]
        assert printed(receipt) == {
            "Received on": "20 November 2026",
            "Paid with": "Visa ending 4242",
            "On your statement": "HARBOUR COURIER",
            "Frequency": "One-off",
        }
        assert content["manage_url"] == ""

    @pytest.mark.parametrize(
        ("currency", "minor", "text"),
        [
            ("JPY", 1000, "JP¥1,000"),
            ("KWD", 12_345, "KWD12.345"),
            ("USD", 5, "US$0.05"),
            ("EUR", 123_456_789, "€1,234,567.89"),
        ],
    )
    def test_amounts_are_exact_in_every_currency(
        self, currency: str, minor: int, text: str
    ) -> None:
        payment = PaymentFactory.create(donation__currency=currency, donation__amount=minor)
        receipt = issue_receipt(payment.pk, now=NOON)
        assert amounts(receipt) == [text, text]
        assert receipt.content["total"]["amount"]["minor"] == minor

    def test_an_american_reader_gets_american_dates_and_words(self) -> None:
        checkout = CheckoutFactory.create(locale="en-US", currency="USD")
        donation = DonationFactory.create(checkout=checkout, currency="USD")
        receipt = issue_receipt(PaymentFactory.create(donation=donation).pk, now=NOON)
        assert amounts(receipt) == ["$10.00", "$10.00"]
        assert printed(receipt)["Received on"] == "November 20, 2026"
        assert printed(receipt)["Frequency"] == "One-time"

    def test_the_day_of_the_gift_is_the_entitys_day(self) -> None:
        late = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)  # Half past midnight in London.
        payment = PaymentFactory.create(succeeded_at=late)
        assert printed(issue_receipt(payment.pk, now=NOON))["Received on"] == "1 August 2026"

    @pytest.mark.parametrize(
        ("kind", "label", "note"),
        [
            (EntityKind.UK_CHARITY, "Registered charity number", "Gift Aid may be claimed."),
            (
                EntityKind.US_501C3,
                "Employer identification number (EIN)",
                "No goods or services were provided in exchange for this contribution.",
            ),
            (EntityKind.OTHER, "Registration number", ""),
        ],
    )
    def test_the_legal_note_is_the_entitys_own(
        self, kind: EntityKind, label: str, note: str
    ) -> None:
        entity = LegalEntityFactory.create(kind=kind, receipt_note=note)
        campaign = CampaignFactory.create(entity=entity)
        payment = PaymentFactory.create(donation__campaign=campaign)
        issuer = issue_receipt(payment.pk, now=NOON).content["issuer"]
        assert (issuer["registration_label"], issuer["note"]) == (label, note)

    def test_what_was_issued_does_not_follow_later_changes(self) -> None:
        payment = PaymentFactory.create()
        issue_receipt(payment.pk, now=NOON)
        entity = payment.donation.entity
        entity.legal_name, entity.receipt_note = "Renamed Limited", "Other words."
        entity.save()
        content = Receipt.objects.get().content
        assert content["issuer"]["legal_name"] == "Harbour Courier Limited"
        assert "not a charitable donation" in content["issuer"]["note"]

    def test_a_bank_debit_is_named_by_its_scheme(self) -> None:
        payment = PaymentFactory.create(method="sepa_debit", card_brand="", card_last4="")
        receipt = issue_receipt(payment.pk, now=NOON)
        assert printed(receipt)["Paid with"] == "SEPA Direct Debit"

    def test_a_restricted_gift_names_its_fund(self, campaign: Campaign) -> None:
        campaign.fund.is_restricted, campaign.fund.name = True, "Court reporting"
        campaign.fund.save()
        payment = PaymentFactory.create(donation__campaign=campaign)
        lines = issue_receipt(payment.pk, now=NOON).content["lines"]
        assert lines[0]["label"] == "Contribution to Court reporting"


class TestRecurring:
    def test_a_monthly_receipt_says_what_comes_next_and_how_to_stop(
        self, settings: Settings
    ) -> None:
        payment = self.payment(period_end=datetime(2026, 12, 20, 12, tzinfo=UTC))
        receipt = issue_receipt(payment.pk, now=NOON)
        assert printed(receipt)["Frequency"] == "Monthly"
        assert printed(receipt)["Next payment"] == "20 December 2026"
        assert receipt.content["manage_url"] == f"{settings.SITE_URL}/support/"

    def test_a_plan_that_has_not_rolled_over_yet_promises_no_date(self) -> None:
        receipt = issue_receipt(self.payment(period_end=NOON).pk, now=NOON)
        assert "Next payment" not in printed(receipt)

    def test_a_plan_that_ends_promises_no_further_payment(self) -> None:
        payment = self.payment(period_end=NOON + timedelta(days=30), status="ending")
        assert "Next payment" not in printed(issue_receipt(payment.pk, now=NOON))

    def payment(self, *, period_end: datetime, status: str = "active") -> Payment:
        checkout = CheckoutFactory.create(frequency=Frequency.MONTHLY)
        plan = checkout.campaign.plans.create(
            entity=checkout.campaign.entity,
            customer=checkout.customer,
            checkout=checkout,
            stripe_id="sub_1",
            status=status,
            frequency=Frequency.MONTHLY,
            currency="GBP",
            amount=1000,
            started_at=NOON,
            current_period_end_at=period_end,
        )
        donation = DonationFactory.create(
            customer=checkout.customer, plan=plan, frequency=Frequency.MONTHLY, sequence=2
        )
        return PaymentFactory.create(donation=donation)


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
            payment_succeeded.send(sender=Payment, payment_id=payment.pk)
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
