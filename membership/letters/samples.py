"""Letters as nobody received them: sample data for each kind, for staff to look at and tests to read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from membership.letters.catalogue import CATALOGUE, Stream
from membership.letters.contents import Contents
from membership.letters.declines import explain
from payments.models import Frequency
from payments.receipts.words import Words, card_text

EDITIONS = {"uk": "en-GB", "us": "en-US"}

_NEWSPAPER, _CONTACT = "The Sample Newspaper", "support@newspaper.example"
_ISSUER = {
    "legal_name": "The Sample Newspaper Limited",
    "trading_name": _NEWSPAPER,
    "registration_label": "Company number",
    "registration_number": "01234567",
    "address": ["1 Market Square", "Sampleton"],
    "contact_email": _CONTACT,
    "note": "This contribution is not a charitable donation.",
}
_LINK = "https://newspaper.example/letters/"


@dataclass(frozen=True, slots=True)
class Sample:
    """One way in which a letter of a kind may read."""

    label: str
    values: dict[str, Any]


def samples_of(kind: str, edition: str) -> list[Sample]:
    """Return the ways in which a letter may read in an edition, uk or us; raises KeyError for others."""
    words = Words(EDITIONS[edition])
    common = _common(CATALOGUE[kind].name, words)
    variants = _variants(words).get(kind, {"": {}})
    return [Sample(label, {**common, **changes}) for label, changes in variants.items()]


def sample_contents(sample: Sample) -> Contents:
    """Return what a letter to a reader who does not exist would be made of."""
    return Contents(
        address=sample.values["payer_email"],
        newspaper=_NEWSPAPER,
        reply_to=_CONTACT,
        values=sample.values,
    )


def _common(kind: str, words: Words) -> dict[str, Any]:
    """Everything that the words of any letter may print."""
    is_yearly = kind == "renewal_notice"
    is_marketing = CATALOGUE[kind].stream == Stream.MARKETING
    amount = _amount(words, 12_000 if is_yearly else 1000)
    return {
        "locale": words.locale,
        "issuer": _ISSUER,
        "payer_name": "Ada Reader",
        "payer_email": "ada@reader.example",
        "amount": amount,
        "fee_cover": _amount(words, 35),
        "earlier_amount": _amount(words, 700),
        "frequency": words.frequency(Frequency.YEARLY if is_yearly else Frequency.MONTHLY).lower(),
        "earlier_frequency": words.frequency(Frequency.YEARLY).lower(),
        "started_on": words.day(date(2025, 11, 20)),
        "next_on": words.day(date(2026, 12, 20)),
        "ends_on": words.day(date(2026, 12, 20)),
        "resumes_on": words.day(date(2027, 2, 20)),
        "expires_on": words.day(date(2026, 12, 31)),
        "made_on": words.day(date(2026, 11, 27)),
        "made_at": f"{words.day(date(2026, 11, 27))} at 12:05:00 GMT",
        "failed_on": words.day(date(2026, 11, 20)),
        "asked_on": words.day(date(2026, 11, 20)),
        "paid_on": words.day(date(2026, 11, 27)),
        "next_attempt_on": words.day(date(2026, 11, 30)),
        "first_on": words.day(date(2026, 1, 1)),
        "last_on": words.day(date(2026, 12, 31)),
        "year": "2026",
        "count": 12,
        "totals": [_amount(words, 12_000)],
        "card": card_text("visa", "4242"),
        "last4": "4242",
        "method": "Bacs Direct Debit" if words.locale == "en-GB" else "Bank account",
        "why": explain("insufficient_funds", words.locale),
        "statement_descriptor": "SAMPLE NEWSPAPER",
        "terms": "We collect the amount you chose on the same day of each period until you stop.",
        "terms_version": "2026-11",
        "manage_url": "https://newspaper.example/support/",
        "stop_url": f"{_LINK}stop/sample/",
        "card_url": f"{_LINK}update-card/sample/",
        "confirm_url": f"{_LINK}confirm-payment/sample/",
        "restart_url": f"{_LINK}restart/sample/",
        "upgrade_url": f"{_LINK}upgrade/sample/",
        "give_url": "https://newspaper.example/donate/support/",
        "month": "May 2027",
        "unsubscribe_url": f"{_LINK}unsubscribe/sample/" if is_marketing else "",
        **_document(words, kind),
    }


def _document(words: Words, kind: str) -> dict[str, Any]:
    """What a receipt or a credit note prints besides."""
    is_note = kind in ("refund", "receipt_cancelled")
    what = "Taken back by the bank" if kind == "receipt_cancelled" else "Refund"
    label = f"{what} on receipt SAMPLE-2026-000001" if is_note else "Contribution"
    amount = {"text": _amount(words, 1000)}
    facts = [
        {"label": "Received on", "text": words.day(date(2026, 11, 20))},
        {"label": "Paid with", "text": card_text("visa", "4242")},
        {"label": "Frequency", "text": words.frequency(Frequency.MONTHLY)},
    ]
    return {
        "number": "SAMPLE-CN-2026-000001" if is_note else "SAMPLE-2026-000001",
        "lines": [{"label": label, "amount": amount}],
        "total": {"label": f"Total {'returned' if is_note else 'received'}", "amount": amount},
        "facts": facts,
    }


def _variants(words: Words) -> dict[str, dict[str, dict[str, Any]]]:
    """The kinds that may read in several ways."""
    fraud = explain("lost_card", words.locale)
    return {
        "receipt": {
            "of a recurring gift": {},
            "of a single gift": {"manage_url": "", "stop_url": ""},
        },
        "stopped": {"with time paid for": {}, "at once": {"ends_on": ""}},
        "paused": {"until a day": {}, "without an end": {"resumes_on": ""}},
        "payment_failed": {
            "day 0": {"step": 0},
            "day 3": {"step": 3},
            "day 7": {"step": 7, "next_attempt_on": ""},
            "day 14": {"step": 14, "next_attempt_on": "", "why": fraud},
            "day 3, to be confirmed": {
                "step": 3,
                "must_confirm": True,
                "next_attempt_on": "",
                "why": explain("authentication_required", words.locale),
            },
        },
    }


def _amount(words: Words, minor: int) -> str:
    return words.amount(minor, "USD" if words.locale == "en-US" else "GBP")
