"""What a receipt or a credit note says, gathered once and frozen on its row.

Nothing printed is read from anywhere else afterwards: a changed address, name or legal note never rewrites what was
issued. Amounts are in minor units beside their printed text, dates ISO beside theirs.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from payments.donations.models import Donation, Payment, Refund
from payments.entities.models import LegalEntity
from payments.periods import civil_date
from payments.plans.models import PlanStatus
from payments.receipts.models import DocumentType, Receipt
from payments.receipts.words import Words, method_text, registration_label

TEMPLATE_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The legal entity as it was on the day of issue."""

    legal_name: str
    trading_name: str
    registration_label: str
    registration_number: str
    address: list[str]
    contact_email: str
    note: str


@dataclass(frozen=True, slots=True)
class Amount:
    minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One amount of the document, and what it is for."""

    label: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled detail; `iso` is the machine's form where the text is a date."""

    label: str
    text: str
    iso: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that one document prints."""

    document_type: str
    title: str
    number: str
    locale: str
    issued: Fact
    issuer: Issuer
    payer_name: str
    payer_email: str
    currency: str
    lines: list[Line]
    total: Line
    facts: list[Fact]
    payment_reference: str
    manage_url: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for the row and for the file attached to the PDF."""
        return asdict(self)


def receipt_content(payment: Payment, *, number: str, issued_on: date) -> Content:
    """Gather what the receipt of a settled payment says."""
    donation = payment.donation
    words = _words(donation)
    lines = [_line(words, _purpose(donation), payment.amount - donation.fee_cover, payment)]
    if donation.fee_cover:
        lines.append(_line(words, "Added to cover payment fees", donation.fee_cover, payment))
    facts = [
        _dated(words, "Received on", _day_given(payment)),
        Fact("Paid with", method_text(payment)),
        Fact(
            "On your statement",
            payment.statement_descriptor or donation.entity.statement_descriptor,
        ),
        Fact("Frequency", words.frequency(donation.frequency)),
    ]
    next_day = _next_day(payment)
    if next_day:
        facts.append(_dated(words, "Next payment", next_day))
    return Content(
        document_type=DocumentType.RECEIPT.value,
        title="Receipt",
        number=number,
        lines=lines,
        total=_line(words, "Total received", payment.amount, payment),
        facts=facts,
        manage_url=_manage_url() if donation.plan else "",
        **_common(words, payment, issued_on),
    )


def credit_note_content(
    refund: Refund, *, receipt: Receipt, number: str, issued_on: date
) -> Content:
    """Gather what the credit note of a settled refund says; `receipt` is the one it refers to."""
    payment = refund.payment
    words = _words(payment.donation)
    return Content(
        document_type=DocumentType.CREDIT_NOTE.value,
        title="Credit note",
        number=number,
        lines=[_line(words, f"Refund on receipt {receipt.number}", refund.amount, payment)],
        total=_line(words, "Total refunded", refund.amount, payment),
        facts=[
            Fact("Original receipt", receipt.number),
            _dated(words, "Receipt issued on", receipt.issued_on),
            Fact("Receipt total", words.amount(payment.amount, payment.currency)),
            _dated(words, "Refunded on", civil_date(refund.created_at, receipt.entity.time_zone)),
            Fact("Refunded to", method_text(payment)),
        ],
        manage_url="",
        **_common(words, payment, issued_on),
    )


def cancellation_content(
    payment: Payment, *, receipt: Receipt, number: str, issued_on: date
) -> Content:
    """Gather what the credit note says when the payer's bank took back a payment for good."""
    words = _words(payment.donation)
    label = f"Taken back by the bank on receipt {receipt.number}"
    return Content(
        document_type=DocumentType.CREDIT_NOTE.value,
        title="Credit note",
        number=number,
        lines=[_line(words, label, payment.lost_amount, payment)],
        total=_line(words, "Total returned", payment.lost_amount, payment),
        facts=[
            Fact("Original receipt", receipt.number),
            _dated(words, "Receipt issued on", receipt.issued_on),
            Fact("Receipt total", words.amount(payment.amount, payment.currency)),
            Fact("Returned to", method_text(payment)),
        ],
        manage_url="",
        **_common(words, payment, issued_on),
    )


def _common(words: Words, payment: Payment, issued_on: date) -> dict[str, Any]:
    donation = payment.donation
    payer = donation.checkout or donation.customer
    return {
        "locale": words.locale,
        "issued": _dated(words, "Issued on", issued_on),
        "issuer": issuer_of(donation.entity),
        "payer_name": payer.name,
        "payer_email": payer.email,
        "currency": payment.currency,
        "payment_reference": str(payment.reference),
    }


def issuer_of(entity: LegalEntity) -> Issuer:
    """Return the legal entity as documents and letters name it today."""
    return Issuer(
        legal_name=entity.legal_name,
        trading_name=entity.trading_name,
        registration_label=registration_label(entity.kind),
        registration_number=entity.registration_number,
        address=[line.strip() for line in entity.address.splitlines() if line.strip()],
        contact_email=entity.contact_email,
        note=entity.receipt_note,
    )


def _words(donation: Donation) -> Words:
    """Speak as the page did on which the gift was chosen, a renewal's as well."""
    chosen_on = donation.checkout or (donation.plan and donation.plan.checkout)
    return Words.for_reader(chosen_on.locale if chosen_on else "")


def _line(words: Words, label: str, minor: int, payment: Payment) -> Line:
    return Line(label, Amount(minor, words.amount(minor, payment.currency)))


def _dated(words: Words, label: str, day: date) -> Fact:
    return Fact(label, words.day(day), day.isoformat())


def _purpose(donation: Donation) -> str:
    fund = donation.fund
    return f"Contribution to {fund.name}" if fund.is_restricted else "Contribution"


def _day_given(payment: Payment) -> date:
    return civil_date(payment.succeeded_at or payment.created_at, payment.donation.entity.time_zone)


def _next_day(payment: Payment) -> date | None:
    """Return the day of the next collection, if the plan runs on and has already rolled over to its new period."""
    plan = payment.donation.plan
    if plan is None or plan.status not in {PlanStatus.ACTIVE, PlanStatus.PAST_DUE}:
        return None
    if plan.current_period_end_at is None:
        return None
    day = civil_date(plan.current_period_end_at, payment.donation.entity.time_zone)
    return day if day > _day_given(payment) else None


def _manage_url() -> str:
    site: str = settings.SITE_URL
    return site + reverse("membership:my_support")
