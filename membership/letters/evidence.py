"""What a payer was told and did, for staff who answer the payer's bank."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from membership.letters.catalogue import CATALOGUE
from membership.letters.models import Letter
from membership.supporters.models import ConsentRecord, Supporter
from payments.finance.providers import PayerAct, SentLetter

_MOST = 100


class ReaderEvidence:
    """Letters, sign-ins and consents as an EvidenceProvider of finance."""

    def letters_to(self, party: UUID, *, until: datetime) -> Sequence[SentLetter]:
        """Return the letters sent to a supporter before `until`, oldest first, the latest hundred; one query."""
        sent = (
            Letter.objects.filter(supporter__reference=party, sent_at__lt=until)
            .order_by("-sent_at", "-id")
            .values_list("kind", "sent_at")[:_MOST]
        )
        return [SentLetter(_title(kind), at) for kind, at in reversed(sent) if at is not None]

    def acts_of(self, party: UUID, *, until: datetime) -> Sequence[PayerAct]:
        """Return when a supporter proved the address, agreed to what, and signed in last; two queries."""
        supporter = Supporter.objects.filter(reference=party).select_related("user").first()
        if supporter is None:
            return []
        acts = [act for act in _acts(supporter) if act.at < until]
        return sorted(acts, key=lambda act: act.at)[-_MOST:]


def _acts(supporter: Supporter) -> Iterator[PayerAct]:
    if supporter.email_verified_at:
        yield PayerAct(
            "Proved the email address with a code sent to it", supporter.email_verified_at
        )
    if supporter.user is not None and supporter.user.last_login:
        yield PayerAct("Signed in, the latest time that is kept", supporter.user.last_login)
    for consent in ConsentRecord.objects.filter(supporter=supporter).order_by("-id")[:_MOST]:
        answer = "Agreed" if consent.granted else "Did not agree"
        yield PayerAct(f"{answer} to: {consent.text}", consent.recorded_at)


def _title(kind: str) -> str:
    known = CATALOGUE.get(kind)
    return known.title if known else kind
