"""Letters: what they say, and that each one leaves once, whatever the mail server does."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from membership.letters.actions import claim_letters, postpone, write_document_letter, write_letter
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
from payments.receipts.actions import issue_credit_note, issue_receipt, render_receipt
from payments.receipts.queries import stored_pdf
from tests.factories import NOON, CheckoutFactory, DonationFactory, PaymentFactory
from tests.mailserver import MailServer, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        use(settings, server.port)
        yield server


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def receipt_letter(name: str = "Ada Reader", **checkout: object) -> Letter:
    """The letter that brings a payment's receipt, due at noon instead of at the clock's time; nothing was sent."""
    origin = CheckoutFactory.create(name=name, **checkout)
    donation = DonationFactory.create(
        checkout=origin, customer=origin.customer, currency=origin.currency
    )
    receipt = issue_receipt(PaymentFactory.create(donation=donation).pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    Letter.objects.filter(key=str(receipt.reference)).update(due_at=NOON)
    return Letter.objects.get(key=str(receipt.reference))


def plan_change(kind: str = PlanChangeKind.STARTED) -> PlanChange:
    checkout = CheckoutFactory.create(
        frequency=Frequency.MONTHLY, name="Ada Reader", mandate_version="2026-11"
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
            payment_succeeded.send(sender=Payment, payment_id=payment.pk)
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


class TestMailServer:
    def test_a_letter_arrives_whole(self, smtp: MailServer) -> None:
        letter = receipt_letter()
        assert send_due(now=NOON) == {"sent": 1}
        (message,) = smtp.taken
        assert message["Message-ID"] == letter.message_id
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Feedback-ID"] == "receipt:transactional:testserver"
        assert text_of(message).startswith("The Harbour Courier\n\nDear Ada Reader,")
        (enclosure,) = message.iter_attachments()
        assert enclosure.get_content() == stored_pdf(Receipt.objects.get().document)

    def test_mail_that_is_down_and_comes_back_loses_and_doubles_nothing(
        self, settings: Settings
    ) -> None:
        letters = [receipt_letter() for _ in range(3)]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        use(settings, port)
        assert send_due(now=NOON) == {"mail down": 1}
        assert Letter.objects.filter(state=LetterState.DUE, claim=None).count() == 3
        with mail_server(port) as server:
            later = NOON + timedelta(minutes=2)
            assert send_due(now=later) == {"sent": 3}
            assert send_due(now=later) == {}
        assert {message["Message-ID"] for message in server.taken} == {
            letter.message_id for letter in letters
        }
        assert len(server.taken) == 3

    def test_a_dead_address_is_given_up_and_shown_without_the_address(
        self, smtp: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        dead, alive = receipt_letter(email="dead@example.org"), receipt_letter()
        smtp.refusals["dead@example.org"] = 550
        assert send_due(now=NOON) == {"for good": 1, "sent": 1}
        dead.refresh_from_db()
        alive.refresh_from_db()
        assert (dead.state, alive.state) == (LetterState.FAILED, LetterState.SENT)
        assert dead.error == "SMTPRecipientsRefused 550"
        assert "dead@example.org" not in caplog.text

    def test_a_busy_mailbox_is_tried_again_less_and_less_often(self, smtp: MailServer) -> None:
        letter = receipt_letter(email="busy@example.org")
        smtp.refusals["busy@example.org"] = 450
        waits, now = [], NOON
        for _ in range(12):
            assert send_due(now=now) == {"for now": 1}
            letter.refresh_from_db()
            waits.append(letter.due_at - now)
            now = letter.due_at
        assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
        assert waits[-1] == timedelta(hours=6)
        smtp.refusals.clear()
        assert send_due(now=now) == {"sent": 1}

    def test_an_address_that_fits_no_envelope_is_given_up(self, smtp: MailServer) -> None:
        letter = receipt_letter(email="two@example.org\nBcc: three@example.org")
        assert send_due(now=NOON) == {"for good": 1}
        letter.refresh_from_db()
        assert letter.state == LetterState.FAILED
        assert smtp.taken == []

    def test_a_sender_that_dies_before_it_notes_the_sending_repeats_the_same_message(
        self, smtp: MailServer
    ) -> None:
        letter = receipt_letter()
        (claimed,) = claim_letters(now=NOON)
        compose(claimed).send()  # And here the process dies.
        assert send_due(now=NOON + timedelta(minutes=14)) == {}
        assert send_due(now=NOON + timedelta(minutes=16)) == {"sent": 1}
        assert [message["Message-ID"] for message in smtp.taken] == [letter.message_id] * 2

    def test_a_sender_that_lost_its_claim_does_not_undo_what_the_other_did(
        self, smtp: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        letter = receipt_letter()
        (stale,) = claim_letters(now=NOON)
        assert send_due(now=NOON + timedelta(minutes=16)) == {"sent": 1}
        postpone(stale, error="late", now=NOON)
        letter.refresh_from_db()
        assert letter.state == LetterState.SENT
        assert "taken by another sender" in caplog.text


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
