"""Letters: what they say, and that each is written and claimed once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from membership.letters.actions import claim_letters, write_document_letter, write_letter
from membership.letters.compose import compose
from membership.letters.sending import send_due
from membership.models import Letter, LetterState
from payments.events import payment_succeeded, plan_changed
from payments.models import (
    Frequency,
    Payment,
    PlanChange,
    PlanChangeKind,
    Receipt,
    RecurringPlan,
    Refund,
    RefundStatus,
)
from payments.receipts.actions import issue_credit_note, render_receipt
from payments.receipts.queries import stored_pdf
from tests.factories import NOON, CheckoutFactory, PaymentFactory
from tests.membership.receipt_letters import receipt_letter

pytestmark = pytest.mark.django_db


def plan_change(kind: str = PlanChangeKind.STARTED) -> PlanChange:
    checkout = CheckoutFactory.create(
        frequency=Frequency.MONTHLY,
        name="Ada Reader",
        mandate_version="2026-11",
        mandate_terms="We collect the amount you chose on the same day of each period.",
    )
    plan = RecurringPlan.objects.create(
        entity=checkout.campaign.entity,
        campaign=checkout.campaign,
        customer=checkout.customer,
        checkout=checkout,
        stripe_id="sub_letters",
        status="active",
        frequency=Frequency.MONTHLY,
        currency=checkout.currency,
        amount=1000,
        fee_cover=35,
        started_at=NOON,
        current_period_end_at=NOON + timedelta(days=30),
    )
    return PlanChange.objects.create(plan=plan, kind=kind, cause="evt_1", made_at=NOON)


def html_of(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0].content)


class TestWords:
    def test_a_receipt_letter_brings_the_stored_bytes(self) -> None:
        message = compose(receipt_letter())
        document = Receipt.objects.get().document
        assert message.attachments == [
            ("HC-2026-000001.pdf", stored_pdf(document), "application/pdf")
        ]
        assert message.subject == "Your receipt from The Harbour Courier: £10.00 (HC-2026-000001)"
        assert "Dear Ada Reader," in message.body
        assert "Paid with: Visa ending 4242" in message.body
        assert "not a charitable donation" in message.body

    def test_text_and_html_say_the_same(self) -> None:
        message = compose(receipt_letter())
        for words in (
            "£10.00",
            "HC-2026-000001",
            "20 November 2026",
            "HARBOUR COURIER",
            "1 Quay Street",
            "Company number 00000000",
            "support@courier.example",
        ):
            assert words in message.body
            assert words in html_of(message)

    def test_the_newspaper_is_the_sender_and_takes_replies(self, settings: Settings) -> None:
        settings.DEFAULT_FROM_EMAIL = "Mail <mail@courier.example>"
        message = compose(receipt_letter())
        assert message.from_email == "The Harbour Courier <mail@courier.example>"
        assert message.reply_to == ["support@courier.example"]

    def test_the_html_needs_no_style_sheet_and_fetches_nothing(self) -> None:
        html = html_of(compose(receipt_letter()))
        assert "<style" not in html
        assert 'style="' in html
        assert "src=" not in html

    def test_a_name_is_text_and_never_markup(self) -> None:
        message = compose(receipt_letter(name="<b>O'Brien</b> & Söhne"))
        assert "Dear <b>O'Brien</b> & Söhne," in message.body
        assert "<b>O" not in html_of(message)
        assert "&lt;b&gt;O" in html_of(message)

    def test_a_nameless_payer_is_greeted_all_the_same(self) -> None:
        assert "Hello,\n" in compose(receipt_letter(name="")).body

    def test_an_american_reader_gets_american_words(self) -> None:
        message = compose(receipt_letter(locale="en-US", currency="USD"))
        assert "$10.00" in message.subject
        assert "Received on: November 20, 2026" in message.body
        assert "Frequency: One-time" in message.body

    def test_a_receipt_letter_asks_for_nothing(self) -> None:
        body = compose(receipt_letter()).body.lower()
        assert "donate" not in body
        assert "http" not in body

    def test_a_refund_letter_brings_the_credit_note(self) -> None:
        payment = PaymentFactory.create()
        refund = Refund.objects.create(
            payment=payment,
            stripe_id="re_1",
            status=RefundStatus.SUCCEEDED,
            amount=400,
            created_at=NOON,
        )
        note = issue_credit_note(refund.pk, now=NOON)
        assert note is not None
        render_receipt(note.pk, now=NOON)
        message = compose(write_document_letter(note.pk, now=NOON))
        assert message.subject == "Your refund from The Harbour Courier: £4.00 (HC-CN-2026-000001)"
        assert "Original receipt: HC-2026-000001" in message.body
        assert message.attachments[0].filename == "HC-CN-2026-000001.pdf"

    def test_the_agreement_names_both_parties_the_terms_and_the_way_out(
        self, settings: Settings
    ) -> None:
        change = plan_change()
        plan_changed.send(sender=RecurringPlan, plan_id=change.plan_id, change_id=change.pk)
        message = compose(Letter.objects.get(kind="agreement"))
        for words in (
            "Between: Harbour Courier Limited and Ada Reader",
            "Amount: £10.35 monthly (of which £0.35 covers payment fees)",
            "Began on: 20 November 2026",
            "Next payment: 20 December 2026",
            f"{settings.SITE_URL}/support/",
            "Terms, version 2026-11",
            "We collect the amount you chose",
        ):
            assert words in message.body

    def test_the_agreement_keeps_the_terms_of_its_day(self) -> None:
        change = plan_change()
        plan_changed.send(sender=RecurringPlan, plan_id=change.plan_id, change_id=change.pk)
        entity = change.plan.entity
        entity.mandate_terms, entity.mandate_version = "Other terms.", "2027-01"
        entity.save()
        body = compose(Letter.objects.get(kind="agreement")).body
        assert "Other terms." not in body
        assert "version 2026-11" in body

    def test_the_agreement_says_what_was_accepted_and_not_what_is_offered_now(self) -> None:
        change = plan_change()
        entity = change.plan.entity
        entity.mandate_terms, entity.mandate_version = "Other terms.", "2027-01"
        entity.save()
        plan_changed.send(sender=RecurringPlan, plan_id=change.plan_id, change_id=change.pk)
        body = compose(Letter.objects.get(kind="agreement")).body
        assert "Other terms." not in body
        assert "version 2026-11" in body
        assert "We collect the amount you chose" in body

    def test_a_plan_that_only_changed_gets_no_agreement(self) -> None:
        change = plan_change(PlanChangeKind.UPDATED)
        plan_changed.send(sender=RecurringPlan, plan_id=change.plan_id, change_id=change.pk)
        assert not Letter.objects.exists()


class TestOutbox:
    def test_a_settled_payment_ends_in_one_mail_with_its_receipt(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        payment = PaymentFactory.create()
        with django_capture_on_commit_callbacks(execute=True):
            payment_succeeded.send(sender=Payment, payment_ids=[payment.pk])
        send_due(now=NOON)
        assert len(mail.outbox) == 1
        assert mail.outbox[0].to == [payment.donation.customer.email]
        letter = Letter.objects.get()
        assert letter.state == LetterState.SENT
        assert letter.supporter is not None

    def test_a_letter_is_written_once_for_its_kind_and_key(self) -> None:
        first = receipt_letter()
        again = write_letter(
            "receipt", key=first.key, supporter=None, context={}, now=NOON + timedelta(days=1)
        )
        assert again == first
        assert again.context == first.context

    def test_an_unknown_kind_is_a_mistake(self) -> None:
        with pytest.raises(KeyError):
            write_letter("postcard", key="1", supporter=None, context={}, now=NOON)

    def test_a_letter_waits_for_its_time(self) -> None:
        letter = receipt_letter()
        Letter.objects.update(due_at=NOON + timedelta(days=1))
        assert claim_letters(now=NOON) == []
        assert claim_letters(now=NOON + timedelta(days=1)) == [letter]

    def test_two_senders_never_hold_the_same_letter(self) -> None:
        for _ in range(3):
            receipt_letter()
        assert len(claim_letters(now=NOON)) == 3
        assert claim_letters(now=NOON) == []

    def test_a_letter_that_cannot_be_composed_stops_no_other(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        bad, good = receipt_letter(), receipt_letter()
        document = Receipt.objects.get(reference=bad.key).document
        with default_storage.open(document.file.name, "wb") as file:
            file.write(b"something else")
        assert send_due(now=NOON) == {"for now": 1, "sent": 1}
        bad.refresh_from_db()
        good.refresh_from_db()
        assert (bad.state, good.state) == (LetterState.DUE, LetterState.SENT)
        assert bad.due_at > NOON
        assert f"Letter {bad.reference} cannot be sent as it is" in caplog.text
