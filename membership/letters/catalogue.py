"""Every letter there is, by name: why it is sent, in which stream, and how its contents are gathered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from membership.letters.contents import Contents
from membership.letters.failing_facts import failing_contents, why_not_failing
from membership.letters.gathering import document_contents, frozen_contents
from membership.letters.models import Letter
from membership.letters.upgrade_facts import why_not_ask
from membership.letters.wished import (
    confirmation_contents,
    reminder_contents,
    why_outdated_reminder,
)
from membership.supporters.models import ConsentPurpose


class Stream(Enum):
    """Mail that a payment or an account calls for is kept apart from mail that consent allows."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


def _always_true(letter: Letter, now: datetime) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A letter by name; its words are in templates/letters/<name>/words.txt, and `when` tells staff when it is sent.

    `outdated` says why a letter whose time has come is not to be sent any more; `gather` then tells what it says.
    `is_wished` marks one that its reader ordered and confirmed for that day; it brings its own way out.
    """

    name: str
    title: str
    when: str
    gather: Callable[[Letter], Contents] = frozen_contents
    outdated: Callable[[Letter, datetime], str] = _always_true
    consent: str = ""
    is_wished: bool = False

    @property
    def stream(self) -> Stream:
        """Marketing is what a consent or an order of the reader's allows, and nothing else is."""
        is_marketing = self.consent or self.is_wished
        return Stream.MARKETING if is_marketing else Stream.TRANSACTIONAL


_BEGINNINGS = (
    LetterKind("agreement", "Agreement", "A recurring gift begins."),
    LetterKind("receipt", "Receipt", "A payment settled.", document_contents),
    LetterKind("debit_received", "Bank debit received", "A bank debit was ordered."),
    LetterKind("debit_failed", "Bank debit failed", "An ordered bank debit did not arrive."),
    LetterKind("refund", "Refund", "A refund went through.", document_contents),
    LetterKind(
        "receipt_cancelled",
        "Receipt cancelled",
        "A bank took back a payment for good.",
        document_contents,
    ),
    LetterKind("statement", "Statement ready", "Once a year."),
)
_CHANGES = (
    LetterKind("amount_changed", "Amount changed", "At once."),
    LetterKind("date_changed", "Date changed", "At once."),
    LetterKind("card_changed", "Card changed", "At once."),
    LetterKind("frequency_changed", "Frequency changed", "At once."),
    LetterKind("paused", "Paused", "At once, and when the end of a pause is moved."),
    LetterKind("resumed", "Resumed", "At once, or when the pause is over."),
    LetterKind("stopped", "Stopped", "At once."),
    LetterKind("kept", "Kept after all", "A stop was taken back."),
)
_NOTICES = (
    LetterKind(
        "six_month_reminder", "Six-month reminder", "Monthly gifts, 14 to 21 days before a payment."
    ),
    LetterKind(
        "yearly_reminder", "Yearly reminder", "Every recurring gift, once in twelve months."
    ),
    LetterKind("renewal_notice", "Renewal notice", "Yearly gifts, 15 to 30 days before a payment."),
    LetterKind("card_expiring", "Card expiring", "30 days before the card's last day."),
)
_FAILING = (
    LetterKind(
        "payment_failed",
        "Payment failed",
        "Days 0, 3, 7 and 14 after the first failure, while it fails.",
        failing_contents,
        why_not_failing,
    ),
    LetterKind(
        "confirm_payment",
        "Confirm at the bank",
        "The bank asks for the payer.",
        failing_contents,
        why_not_failing,
    ),
    LetterKind("recovered", "Recovered", "A failing payment was collected.", failing_contents),
    LetterKind("ended", "Ended", "A gift ended for want of a payment."),
)
_ACCOUNT = (
    LetterKind("email_changed", "Email changed", "To the address that was the account's before."),
    LetterKind("accounts_merged", "Accounts merged", "Gifts of two addresses were joined."),
    LetterKind("erased", "Erased", "The last letter, before the address is forgotten."),
    LetterKind(
        "reminder_confirmation",
        "Confirm a reminder",
        "Somebody asks to be reminded in a month: is the address theirs?",
        confirmation_contents,
    ),
)
_MARKETING = (
    LetterKind(
        "upgrade",
        "A little more",
        "In the twelfth month of a gift's year, at most once a year, to who agreed to appeals.",
        outdated=why_not_ask,
        consent=ConsentPurpose.APPEALS,
    ),
    LetterKind(
        "reminder",
        "Reminder",
        "On the first working day of the month that a reader chose and confirmed, once.",
        reminder_contents,
        why_outdated_reminder,
        is_wished=True,
    ),
)

CATALOGUE = {
    kind.name: kind
    for kind in (*_BEGINNINGS, *_CHANGES, *_NOTICES, *_FAILING, *_ACCOUNT, *_MARKETING)
}


def kinds_of(stream: Stream) -> list[str]:
    """Return the names of a stream's letters."""
    return [kind.name for kind in CATALOGUE.values() if kind.stream == stream]
