"""What we know that speaks for us in a dispute, as texts by Stripe's names for them.

Stripe's reference of disputes says what each is for; a bank reads them beside the charge.
"""

from collections.abc import Iterable

from payments.campaigns.models import Frequency
from payments.desk.known import agreed_checkout, earlier_payments, letters_before
from payments.donations.models import Dispute, Payment
from payments.money import Money
from payments.plans.models import RecurringPlan
from payments.receipts.models import DocumentType, Receipt
from payments.receipts.words import method_text

# Stripe's most for all texts together, in characters.
MOST_CHARACTERS = 150_000

# Stripe's name of each text, what staff call it, and what it is for.
TEXTS: dict[str, tuple[str, str]] = {
    "product_description": ("What was given", "What the payment was for, and to whom."),
    "service_date": ("Day of the gift", "When it was given, as a date."),
    "cancellation_policy_disclosure": (
        "What the payer agreed to",
        "The terms of the mandate as they were shown before paying, with their version.",
    ),
    "cancellation_rebuttal": ("The recurring gift", "When it began, and whether it was stopped."),
    "access_activity_log": (
        "Earlier payments and letters",
        "What the same payer gave before without a dispute, and which letters were sent.",
    ),
    "uncategorized_text": (
        "The receipt, and anything else",
        "What the receipt says, and what you know of the case. Name nobody here.",
    ),
}


def gathered_evidence(dispute: Dispute) -> dict[str, str]:
    """Return what the books and letters say of the disputed payment; a text with nothing to say is left out."""
    payment = dispute.payment
    texts = {
        "product_description": description(payment),
        "service_date": f"{payment.succeeded_at or payment.created_at:%Y-%m-%d}",
        "cancellation_policy_disclosure": _agreement(payment),
        "cancellation_rebuttal": _plan(payment.donation.plan),
        "access_activity_log": _activity(dispute),
        "uncategorized_text": _receipt(payment),
    }
    return {name: text for name, text in texts.items() if text}


def payer_facts(payment: Payment) -> dict[str, str]:
    """Return who the payer is, by Stripe's names; nothing of somebody who was forgotten."""
    customer = payment.donation.customer
    facts = {"customer_name": customer.name, "customer_email_address": customer.email}
    return {name: text for name, text in facts.items() if text}


def description(payment: Payment) -> str:
    """Return what the payment was, to whom, and what the payer's statement calls it."""
    donation, entity = payment.donation, payment.donation.entity
    kind = {
        Frequency.ONCE: "A single contribution",
        Frequency.MONTHLY: "A monthly contribution",
        Frequency.YEARLY: "A yearly contribution",
    }[Frequency(donation.frequency)]
    return (
        f"{kind} of {_money(payment)} to {entity.trading_name} ({entity.legal_name}), chosen by the payer on the "
        f"page “{donation.campaign.title}” and paid with {method_text(payment)}. On the payer's statement it is "
        f"called “{payment.statement_descriptor or entity.statement_descriptor}”. {entity.legal_sentence}"
    )


def _agreement(payment: Payment) -> str:
    """The mandate is told in full: it is what the payer saw and agreed to before the first payment."""
    checkout = agreed_checkout(payment)
    if checkout is None:
        return ""
    return (
        f"Before paying on {checkout.created_at:%Y-%m-%d} the payer was shown these terms "
        f"(version {checkout.mandate_version}):\n{checkout.mandate_terms}"
    )


def _plan(plan: RecurringPlan | None) -> str:
    if plan is None:
        return ""
    began = f"The recurring gift began on {plan.started_at:%Y-%m-%d}." if plan.started_at else ""
    if plan.ended_at:
        return f"{began} It ended on {plan.ended_at:%Y-%m-%d}.".strip()
    if plan.cancelled_at:
        return f"{began} It was stopped on {plan.cancelled_at:%Y-%m-%d}.".strip()
    return f"{began} It had not been stopped when this payment was collected.".strip()


def _activity(dispute: Dispute) -> str:
    paid = [f"{each.succeeded_at:%Y-%m-%d} {_money(each)}" for each in earlier_payments(dispute)]
    sent = [f"{each.sent_at:%Y-%m-%d} {each.title}" for each in letters_before(dispute)]
    parts = [
        _list("Earlier payments of the same payer that nobody disputed:", paid),
        _list("Letters sent to the payer:", sent),
    ]
    return "\n\n".join(part for part in parts if part)


def _receipt(payment: Payment) -> str:
    """What the receipt prints, without the payer."""
    receipt = Receipt.objects.filter(
        payment=payment, document_type=DocumentType.RECEIPT, refund=None
    ).first()
    if receipt is None:
        return ""
    content = receipt.content
    lines = [f"{line['label']}: {line['amount']['text']}" for line in content["lines"]]
    facts = [f"{fact['label']}: {fact['text']}" for fact in content["facts"]]
    total = f"{content['total']['label']}: {content['total']['amount']['text']}"
    title = f"Receipt {receipt.number}, issued on {receipt.issued_on:%Y-%m-%d}:"
    return _list(title, [*lines, total, *facts])


def _list(title: str, lines: Iterable[str]) -> str:
    lines = list(lines)
    return "\n".join([title, *lines]) if lines else ""


def _money(payment: Payment) -> str:
    return Money(payment.amount, payment.currency).format()
