"""What we know of a disputed payment, as the values that one document prints; they are frozen on its row."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from payments.desk.evidence import description
from payments.desk.known import (
    acts_before,
    agreed_checkout,
    earlier_payments,
    letters_before,
    own_changes,
)
from payments.donations.models import Dispute
from payments.money import Money
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.words import Words, method_text

TITLE = "What we know of a disputed payment"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the document: labelled facts, then paragraphs, then dated lines."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    dated: list[tuple[str, str]] = field(default_factory=list)


def dossier_content(dispute: Dispute, *, now: datetime) -> dict[str, Any]:
    """Gather the document; times are UTC, as Stripe's are, and a part with nothing to say is left out."""
    entity = dispute.payment.donation.entity
    words = Words("en-GB")
    parts = [
        _payment(dispute),
        _agreement(dispute),
        _plan(dispute),
        Section(
            "Earlier payments of the same payer that nobody disputed",
            dated=[
                (_minute(each.succeeded_at or each.created_at), _money(each.amount, each.currency))
                for each in earlier_payments(dispute)
            ],
        ),
        Section(
            "Letters sent to the payer",
            dated=[(_minute(each.sent_at), each.title) for each in letters_before(dispute)],
        ),
        Section(
            "What the payer did on our site",
            dated=[(_minute(each.at), each.what) for each in acts_before(dispute)],
        ),
    ]
    return {
        "title": TITLE,
        "number": dispute.stripe_id,
        "locale": words.locale,
        "issued": words.day(civil_date(now, entity.time_zone)),
        "issuer": asdict(issuer_of(entity)),
        "sections": [asdict(part) for part in parts if part.facts or part.paragraphs or part.dated],
    }


def _payment(dispute: Dispute) -> Section:
    payment = dispute.payment
    customer = payment.donation.customer
    facts = [
        ("Payer", customer.name),
        ("Email", customer.email),
        ("Paid", _minute(payment.succeeded_at or payment.created_at)),
        ("Amount", _money(payment.amount, payment.currency)),
        ("Paid with", method_text(payment)),
        ("Payment", payment.stripe_id),
        ("Charge", payment.stripe_charge_id),
        ("Disputed", _money(dispute.amount, dispute.currency)),
        ("The bank’s reason", dispute.reason),
    ]
    return Section(
        "The payment",
        facts=[(label, text) for label, text in facts if text],
        paragraphs=[description(dispute.payment)],
    )


def _agreement(dispute: Dispute) -> Section:
    checkout = agreed_checkout(dispute.payment)
    if checkout is None:
        return Section("")
    return Section(
        "What the payer agreed to",
        facts=[
            ("Shown and accepted", _minute(checkout.created_at)),
            ("Version", checkout.mandate_version),
        ],
        paragraphs=checkout.mandate_terms.splitlines(),
    )


def _plan(dispute: Dispute) -> Section:
    plan = dispute.payment.donation.plan
    if plan is None:
        return Section("")
    facts = [
        ("Began", _minute(plan.started_at)),
        ("Stopped", _minute(plan.cancelled_at) if plan.cancelled_at else "Not stopped"),
        ("Ended", _minute(plan.ended_at) if plan.ended_at else "Not ended"),
    ]
    changes = own_changes(dispute)
    return Section(
        "The recurring gift",
        facts=facts,
        paragraphs=["What the payer changed of it:"] if changes else [],
        dated=[(_minute(each.made_at), each.get_kind_display()) for each in changes],
    )


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _money(minor: int, currency: str) -> str:
    return Money(minor, currency).format()
