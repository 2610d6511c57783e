"""Whether a letter whose time has come may go: it is still true, allowed, and to an address that takes mail."""

from datetime import datetime

from membership.letters.catalogue import CATALOGUE
from membership.letters.models import Letter, SuppressionReason
from membership.letters.suppressing import suppression_of
from membership.letters.unsubscribing import has_consent

_SUPPRESSED = {
    SuppressionReason.BOUNCED: "The mailbox does not exist, says the mail provider.",
    SuppressionReason.COMPLAINED: "The reader reported our mail as spam.",
}


def why_outdated(letter: Letter, *, now: datetime) -> str:
    """Say why a letter is not to be sent any more, before it is composed; empty when it may go."""
    kind = CATALOGUE[letter.kind]
    if reason := kind.outdated(letter, now):
        return reason
    if kind.consent and not (letter.supporter and has_consent(letter.supporter, kind.consent)):
        return "The reader has not agreed to such mail, or not any more."
    return ""


def why_unreachable(address: str) -> str:
    """Say why no letter goes to an address; empty when it takes mail."""
    suppression = suppression_of(address)
    return _SUPPRESSED[SuppressionReason(suppression.reason)] if suppression else ""
