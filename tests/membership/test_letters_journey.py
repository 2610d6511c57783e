"""From the donation page over the Stripe sandbox to the reader's mailbox."""

from collections.abc import Callable
from io import BytesIO

import pytest
import stripe
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pypdf import PdfReader

from payments.models import Campaign, DocumentType, Payment, Receipt
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.django_db, pytest.mark.documents]


@pytest.fixture
def give(
    client: Client,
    campaign: Campaign,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
) -> Callable[[str], None]:
    def run(frequency: str) -> None:
        response = post_gift(
            client, name="Ada Reader", **other("12.50", frequency=frequency, currency="GBP")
        )
        assert response.status_code == 303
        sandbox.pay(response["Location"])
        deliver()

    return run


def letters() -> dict[str, EmailMultiAlternatives]:
    """What arrived, by the first words of the subject."""
    return {" ".join(message.subject.split()[:2]): message for message in mail.outbox}


def pdf_text(message: EmailMultiAlternatives) -> str:
    (enclosure,) = message.attachments
    return PdfReader(BytesIO(enclosure.content)).pages[0].extract_text()


def test_a_one_off_gift_brings_one_letter_with_its_receipt(give: Callable[[str], None]) -> None:
    give("once")
    (message,) = mail.outbox
    receipt = Receipt.objects.get()
    assert message.to == ["reader@example.org"]
    assert receipt.number in message.subject
    text, descriptor = pdf_text(message), Payment.objects.get().statement_descriptor
    for words in (receipt.number, "Ada Reader", "£12.50", "Visa ending 4242", descriptor):
        assert words in text


def test_a_monthly_gift_brings_its_agreement_and_its_receipt(give: Callable[[str], None]) -> None:
    give("monthly")
    assert set(letters()) == {"Your monthly", "Your receipt"}
    agreement, receipt = letters()["Your monthly"], letters()["Your receipt"]
    assert "Amount: £12.50 monthly" in agreement.body
    assert "Next payment: " in agreement.body
    assert "Next payment" in pdf_text(receipt)
    assert "You can change or stop this contribution at any time" in " ".join(
        pdf_text(receipt).split()
    )


def test_a_refund_brings_its_credit_note(
    give: Callable[[str], None], sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give("once")
    payment = Payment.objects.get()
    client = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    client.v1.refunds.create({"payment_intent": payment.stripe_id, "amount": 500})
    mail.outbox.clear()
    deliver()
    (message,) = mail.outbox
    note = Receipt.objects.get(document_type=DocumentType.CREDIT_NOTE)
    assert message.subject.startswith("Your refund from The Harbour Courier: £5.00")
    assert note.number in pdf_text(message)


def test_webhooks_told_twice_bring_no_second_letter(
    give: Callable[[str], None], sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    sandbox.webhooks.duplicate()
    give("once")
    deliver()
    assert len(mail.outbox) == 1
    assert Receipt.objects.count() == 1
