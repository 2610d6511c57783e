"""What staff write down as the answer to a dispute, before and when it is handed in. Stripe hears nothing here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Subject, record_audit
from payments.desk.dispute_queries import may_be_answered
from payments.desk.evidence import MOST_CHARACTERS, TEXTS
from payments.desk.file_types import check_together
from payments.desk.models import DisputeAnswer, DisputeAnswerState
from payments.donations.models import Dispute
from payments.errors import DisputeRefused

ENDS = {
    DisputeAnswerState.SUBMITTING: (DisputeAnswerState.SUBMITTED, "dispute_evidence_submitted"),
    DisputeAnswerState.ACCEPTING: (DisputeAnswerState.ACCEPTED, "dispute_accepted"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff wrote on a page that showed the answer's `version`; texts by Stripe's names."""

    version: int
    texts: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What saving leads to: the answer's state, the audit trail's verb, and what happens to its files."""

    state: DisputeAnswerState
    verb: str
    change_files: Callable[[DisputeAnswer], None] | None = None


SAVE = Step(DisputeAnswerState.DRAFT, "dispute_answer_saved")
SUBMIT = Step(DisputeAnswerState.SUBMITTING, "dispute_submission_ordered")
ACCEPT = Step(DisputeAnswerState.ACCEPTING, "dispute_acceptance_ordered")


@transaction.atomic
def write_answer(
    dispute_id: int, draft: Draft, step: Step, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Keep what was written, and with a state other than draft the decision. Raises DisputeRefused.

    Every save counts up the version, so that nobody hands in texts or files that their page did not show.
    """
    state = step.state
    dispute = Dispute.objects.select_for_update().get(pk=dispute_id)
    answer = DisputeAnswer.objects.filter(dispute=dispute).first()
    if answer is not None and state in ENDS and answer.state in (state, ENDS[state][0]):
        # The same button was pressed twice.
        return answer
    _check(dispute, answer, draft, now)
    if answer is not None and state == DisputeAnswerState.SUBMITTING:
        _check_files(answer)
    before = answer.state if answer else ""
    answer = answer or DisputeAnswer(dispute=dispute)
    answer.evidence = {name: text for name, text in draft.texts.items() if text.strip()}
    answer.note, answer.version = draft.note.strip(), answer.version + 1
    answer.saved_by_id, answer.saved_at = actor.pk, now
    answer.state = state
    if state != DisputeAnswerState.DRAFT:
        answer.decided_by_id, answer.decided_at, answer.refusal = actor.pk, now, ""
    answer.save()
    if step.change_files is not None:
        step.change_files(answer)
    record_audit(step.verb, subject_of(answer, before), actor=actor, now=now, reason=answer.note)
    return answer


def subject_of(answer: DisputeAnswer, before: str) -> Subject:
    """Return what the trail says of an answer: how long each text was, and which files went with it, by checksum."""
    dispute = answer.dispute
    figures = {"amount": dispute.amount, "currency": dispute.currency}
    files = answer.files.order_by("id").values("evidence_field", "size", "sha256", "stripe_id")
    after = {
        "state": answer.state,
        **figures,
        "characters": {name: len(text) for name, text in answer.evidence.items()},
        "files": [dict(each) for each in files],
    }
    return Subject(
        "dispute", str(dispute.reference), before={"state": before, **figures}, after=after
    )


def _check(dispute: Dispute, answer: DisputeAnswer | None, draft: Draft, now: datetime) -> None:
    if answer is not None and answer.state != DisputeAnswerState.DRAFT:
        raise DisputeRefused(f"This dispute is answered already: {answer.get_state_display()}.")
    if draft.version != (answer.version if answer else 0):
        raise DisputeRefused(
            "A colleague saved this answer since you opened the page. Open it again and add yours."
        )
    if not may_be_answered(dispute.stripe_status):
        raise DisputeRefused("The payer's bank takes no answer to this dispute any more.")
    if dispute.evidence_due_at and dispute.evidence_due_at <= now:
        raise DisputeRefused(f"The time to answer ended on {dispute.evidence_due_at:%d %B %Y}.")
    if unknown := set(draft.texts) - set(TEXTS):
        raise DisputeRefused(f"There is no evidence called {', '.join(sorted(unknown))}.")
    if (length := sum(map(len, draft.texts.values()))) > MOST_CHARACTERS:
        raise DisputeRefused(
            f"All texts together may have {MOST_CHARACTERS:,} characters; these have {length:,}."
        )


def _check_files(answer: DisputeAnswer) -> None:
    if undrawn := answer.files.filter(sha256="").defer("contents").first():
        raise DisputeRefused(
            f"“{undrawn.name}” is still being drawn. Look at it in a moment, then hand in."
        )
    check_together(list(answer.files.values_list("size", flat=True)))
