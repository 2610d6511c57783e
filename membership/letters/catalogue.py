"""Every letter there is: its stream, and where its words, its reader's address and its files come from."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from membership.letters.models import Letter
from payments.models import Receipt
from payments.receipts.queries import stored_pdf


class Stream(Enum):
    """Mail that a payment or an account calls for is kept apart from mail that consent allows."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What one letter is made of; `values` are what its templates print, the keys of the issuer among them."""

    address: str
    newspaper: str
    reply_to: str
    values: dict[str, Any]
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A letter by name; its templates are in templates/letters/<name>/."""

    name: str
    stream: Stream
    gather: Callable[[Letter], Contents]


def _document(letter: Letter) -> Contents:
    """A receipt or credit note: the frozen content tells, the stored bytes go along."""
    receipt = Receipt.objects.select_related("document").get(pk=letter.context["receipt"])
    content = receipt.content
    return Contents(
        address=letter.supporter.email if letter.supporter else content["payer_email"],
        newspaper=content["issuer"]["trading_name"],
        reply_to=content["issuer"]["contact_email"],
        values=content,
        enclosures=(
            Enclosure(f"{receipt.number}.pdf", stored_pdf(receipt.document), "application/pdf"),
        ),
    )


def _frozen(letter: Letter) -> Contents:
    """The confirmation of a recurring gift or of a change of it: everything was frozen with the fact."""
    frozen = letter.context
    return Contents(
        address=letter.supporter.email if letter.supporter else frozen["payer_email"],
        newspaper=frozen["issuer"]["trading_name"],
        reply_to=frozen["issuer"]["contact_email"],
        values=frozen,
    )


CATALOGUE = {
    kind.name: kind
    for kind in (
        LetterKind("receipt", Stream.TRANSACTIONAL, _document),
        LetterKind("refund", Stream.TRANSACTIONAL, _document),
        LetterKind("agreement", Stream.TRANSACTIONAL, _frozen),
        LetterKind("stopped", Stream.TRANSACTIONAL, _frozen),
        LetterKind("kept", Stream.TRANSACTIONAL, _frozen),
    )
}
