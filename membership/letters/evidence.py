"""What a payer was told, for staff who answer the payer's bank."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from membership.letters.catalogue import CATALOGUE
from membership.letters.models import Letter
from payments.finance.providers import SentLetter

_MOST = 100


class LettersSent:
    """The letters as an EvidenceProvider of finance."""

    def letters_to(self, party: UUID, *, until: datetime) -> Sequence[SentLetter]:
        """Return the letters sent to a supporter before `until`, oldest first, the latest hundred; one query."""
        sent = (
            Letter.objects.filter(supporter__reference=party, sent_at__lt=until)
            .order_by("-sent_at", "-id")
            .values_list("kind", "sent_at")[:_MOST]
        )
        return [SentLetter(_title(kind), at) for kind, at in reversed(sent) if at is not None]


def _title(kind: str) -> str:
    known = CATALOGUE.get(kind)
    return known.title if known else kind
