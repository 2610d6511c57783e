"""The audit rows of reconciliation: one for each change, by a person or by the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from payments.errors import NoteMissing
from payments.reconciliation.models import (
    BankLine,
    Payout,
    ReconciliationChange,
    ReconciliationVerb,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """When something was decided, by whom and why; without an actor the rules decided."""

    now: datetime
    actor: AbstractBaseUser | None = None
    note: str = ""

    @property
    def actor_id(self) -> int | None:
        return self.actor.pk if self.actor else None

    def require_note(self) -> None:
        """Raise NoteMissing where a person gave no reason."""
        if not self.note.strip():
            raise NoteMissing("Say in a note why.")


def note_change(
    subject: Payout | BankLine,
    verb: ReconciliationVerb,
    *,
    before: Mapping[str, object],
    decision: Decision,
    payout: Payout | None = None,
) -> ReconciliationChange:
    """Write down that a payout or a bank line, as it is now, was changed from `before`.

    `payout` names the one that a bank line belonged to until now.
    """
    line = subject if isinstance(subject, BankLine) else None
    return ReconciliationChange.objects.create(
        payout=payout or (subject if isinstance(subject, Payout) else subject.payout),
        bank_line=line,
        verb=verb,
        before=before,
        after=facts_of(subject),
        note=decision.note.strip(),
        actor_id=decision.actor_id,
        at=decision.now,
    )


def facts_of(subject: Payout | BankLine) -> dict[str, object]:
    """Return what of a payout or a bank line a person or a rule can change, as JSON values."""
    if isinstance(subject, Payout):
        return {
            "state": subject.state,
            "evidence": subject.evidence,
            "amount": subject.amount,
            "currency": subject.currency,
        }
    payout = subject.payout.stripe_id if subject.payout else None
    return {
        "match": subject.match,
        "payout": payout,
        "evidence": subject.evidence,
        "note": subject.note,
    }
