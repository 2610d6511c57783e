"""What a yearly statement says: each gift of the year, what went back of it, and the totals per currency."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from payments.donations.models import Payment, Refund
from payments.entities.models import LegalEntity
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.models import DocumentType
from payments.receipts.tax_years import TaxYear, tax_year_of
from payments.receipts.words import Words

TEMPLATE_VERSION = "2026-11"


def by_tax_year(
    payments: Iterable[Payment],
) -> dict[tuple[LegalEntity, int], list[Payment]]:
    """Group settled payments, with their gifts' entities, by the tax year in which each was given."""
    years: dict[tuple[LegalEntity, int], list[Payment]] = defaultdict(list)
    for payment in payments:
        entity = payment.donation.entity
        if payment.succeeded_at is not None:
            years[entity, tax_year_of(entity, payment.succeeded_at).began_in].append(payment)
    return dict(years)


def body_of(payments: Iterable[Payment], entity: LegalEntity, words: Words) -> dict[str, Any]:
    """Return lines and totals. What went back stands under the year of its gift, as a line of its own."""
    lines: list[dict[str, Any]] = []
    totals: dict[str, int] = defaultdict(int)
    for payment in payments:
        lines.append(_gift(payment, entity, words))
        lines.extend(_refund(refund, payment, entity, words) for refund in _standing(payment))
        if payment.lost_amount:
            lines.append(_taken_back(payment, entity, words))
    for line in lines:
        totals[line["currency"]] += line["minor"]
    return {
        "lines": lines,
        "totals": [
            {"currency": currency, "minor": minor, "text": words.amount(minor, currency)}
            for currency, minor in sorted(totals.items())
        ],
    }


def frame_of(
    entity: LegalEntity, tax_year: TaxYear, payer: Payment, words: Words
) -> dict[str, Any]:
    """Return who gave to whom in which year; `payer` is the latest payment, whose name and address are printed."""
    named = payer.donation.checkout or payer.donation.customer
    return {
        "title": f"Statement for {tax_year.name}",
        "locale": words.locale,
        "issuer": asdict(issuer_of(entity)),
        "payer_name": named.name,
        "payer_email": named.email,
        "first": words.day(tax_year.first),
        "last": words.day(tax_year.last),
    }


def _gift(payment: Payment, entity: LegalEntity, words: Words) -> dict[str, Any]:
    receipts = [
        each for each in payment.receipts.all() if each.document_type == DocumentType.RECEIPT
    ]
    given_on = civil_date(payment.succeeded_at or payment.created_at, entity.time_zone)
    return {
        "iso": given_on.isoformat(),
        "day": words.day(given_on),
        "label": words.frequency(payment.donation.frequency),
        "number": receipts[0].number if receipts else "",
        **_amount(payment.amount, payment, words),
    }


def _refund(refund: Refund, payment: Payment, entity: LegalEntity, words: Words) -> dict[str, Any]:
    notes = [each for each in payment.receipts.all() if each.refund_id == refund.pk]
    returned_on = civil_date(refund.created_at, entity.time_zone)
    return {
        "iso": returned_on.isoformat(),
        "day": words.day(returned_on),
        "label": "Refund",
        "number": notes[0].number if notes else "",
        **_amount(-refund.amount, payment, words),
    }


def _taken_back(payment: Payment, entity: LegalEntity, words: Words) -> dict[str, Any]:
    """A lost dispute or a returned debit stands on the day of its credit note, else of the gift."""
    notes = [
        each
        for each in payment.receipts.all()
        if each.document_type == DocumentType.CREDIT_NOTE and each.refund_id is None
    ]
    given_on = civil_date(payment.succeeded_at or payment.created_at, entity.time_zone)
    taken_on = notes[0].issued_on if notes else given_on
    return {
        "iso": taken_on.isoformat(),
        "day": words.day(taken_on),
        "label": "Taken back by the bank",
        "number": notes[0].number if notes else "",
        **_amount(-payment.lost_amount, payment, words),
    }


def _amount(minor: int, payment: Payment, words: Words) -> dict[str, Any]:
    currency = payment.currency
    return {"minor": minor, "currency": currency, "text": words.amount(minor, currency)}


def _standing(payment: Payment) -> list[Refund]:
    return [each for each in payment.refunds.all() if each.status in Refund.STANDING]
