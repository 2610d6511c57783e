"""Answer a dispute: written first, told to Stripe outside any transaction, finished by a sweep."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from payments.audit.actions import Subject, record_audit
from payments.desk.dispute_queries import may_be_answered, unfinished_answers
from payments.desk.evidence import MOST_CHARACTERS, TEXTS, payer_facts
from payments.desk.models import DisputeAnswer, DisputeAnswerState
from payments.donations.disputes import record_dispute
from payments.donations.models import Dispute
from payments.errors import (
    DisputeRefused,
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    NoteMissing,
)
from payments.gateway.disputes import close_dispute, fetch_dispute, submit_evidence
from payments.gateway.snapshots import DisputeSnapshot

logger = logging.getLogger(__name__)

_SWEEP = 50
_BEGINNINGS = {
    DisputeAnswerState.DRAFT: "dispute_answer_saved",
    DisputeAnswerState.SUBMITTING: "dispute_submission_ordered",
    DisputeAnswerState.ACCEPTING: "dispute_acceptance_ordered",
}
_ENDS = {
    DisputeAnswerState.SUBMITTING: (DisputeAnswerState.SUBMITTED, "dispute_evidence_submitted"),
    DisputeAnswerState.ACCEPTING: (DisputeAnswerState.ACCEPTED, "dispute_accepted"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff wrote on a page that showed the answer's `version`; texts by Stripe's names."""

    version: int
    texts: Mapping[str, str]
    note: str = ""


def save_draft(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Keep what was written; Stripe hears nothing. Raises DisputeRefused, also where a colleague saved meanwhile."""
    return _write(dispute_id, draft, DisputeAnswerState.DRAFT, actor=actor, now=now)


def submit_answer(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Hand the evidence in, which can be done once. Raises DisputeRefused; the sweep takes up a GatewayUnavailable."""
    answer = _write(dispute_id, draft, DisputeAnswerState.SUBMITTING, actor=actor, now=now)
    return carry_out_answer(answer, now=now)


def accept_dispute(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Let the payer's bank have it, for good. Raises DisputeRefused and NoteMissing; as `submit_answer` otherwise."""
    if not draft.note.strip():
        raise NoteMissing("Say why this dispute is accepted.")
    answer = _write(dispute_id, draft, DisputeAnswerState.ACCEPTING, actor=actor, now=now)
    return carry_out_answer(answer, now=now)


def carry_out_answer(answer: DisputeAnswer, *, now: datetime) -> DisputeAnswer:
    """Tell Stripe what was decided, unless the dispute takes no answer any more, and record what Stripe then says."""
    if answer.state not in _ENDS:
        return answer
    dispute = answer.dispute
    try:
        snapshot = fetch_dispute(dispute.stripe_id) if answer.attempts else None
        # An earlier call may have come through without its answer.
        if snapshot is None or may_be_answered(snapshot.status):
            snapshot = _call(answer, now=now)
    except GatewayUnauthorised:
        raise
    except GatewayRefused as error:
        _note_refusal(answer, str(error), now=now)
    else:
        _note_end(answer, snapshot, now=now)
    answer.refresh_from_db()
    return answer


def finish_answers(*, now: datetime) -> int:
    """Carry out the answers that were left in between; returns how many were tried."""
    tried = 0
    for answer in unfinished_answers(now)[:_SWEEP]:
        tried += 1
        try:
            carry_out_answer(answer, now=now)
        except (GatewayUnavailable, GatewayUnauthorised) as error:
            logger.warning("Stripe is not there to answer disputes (%s).", error)
            break
    return tried


@transaction.atomic(durable=True)
def _write(
    dispute_id: int,
    draft: Draft,
    state: DisputeAnswerState,
    *,
    actor: AbstractBaseUser,
    now: datetime,
) -> DisputeAnswer:
    dispute = Dispute.objects.select_for_update().get(pk=dispute_id)
    answer = DisputeAnswer.objects.filter(dispute=dispute).first()
    if answer is not None and state in _ENDS and answer.state in (state, _ENDS[state][0]):
        # The same button was pressed twice.
        return answer
    _check(dispute, answer, draft, now)
    before = answer.state if answer else ""
    answer = answer or DisputeAnswer(dispute=dispute)
    answer.evidence = {name: text for name, text in draft.texts.items() if text.strip()}
    answer.note, answer.version = draft.note.strip(), answer.version + 1
    answer.saved_by_id, answer.saved_at = actor.pk, now
    answer.state = state
    if state != DisputeAnswerState.DRAFT:
        answer.decided_by_id, answer.decided_at, answer.refusal = actor.pk, now, ""
    answer.save()
    subject = _subject(answer, before)
    record_audit(_BEGINNINGS[state], subject, actor=actor, now=now, reason=answer.note)
    return answer


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


def _call(answer: DisputeAnswer, *, now: datetime) -> DisputeSnapshot:
    # Each try has a key of its own: a second one that came through would change nothing, and Stripe repeats its first
    # answer to a key, an internal error of its own included.
    DisputeAnswer.objects.filter(pk=answer.pk).update(attempts=F("attempts") + 1, called_at=now)
    answer.refresh_from_db(fields=["attempts"])
    key, stripe_id = f"{answer.reference}-{answer.attempts}", answer.dispute.stripe_id
    if answer.state == DisputeAnswerState.ACCEPTING:
        return close_dispute(stripe_id, idempotency_key=key)
    evidence = {**payer_facts(answer.dispute.payment), **answer.evidence}
    return submit_evidence(stripe_id, evidence, idempotency_key=key)


@transaction.atomic
def _note_end(answer: DisputeAnswer, snapshot: DisputeSnapshot, *, now: datetime) -> None:
    record_dispute(snapshot, cause=f"answer {answer}", now=now)
    before = DisputeAnswerState(answer.state)
    state, verb = _ENDS[before]
    # A page and the sweep may both carry out one answer; the first to come back has the say.
    noted = DisputeAnswer.objects.filter(pk=answer.pk, state=before).update(
        state=state, settled_at=now
    )
    if noted:
        answer.state = state
        record_audit(verb, _subject(answer, before), actor=None, now=now)


@transaction.atomic
def _note_refusal(answer: DisputeAnswer, sentence: str, *, now: datetime) -> None:
    before = answer.state
    noted = DisputeAnswer.objects.filter(pk=answer.pk, state=before).update(
        state=DisputeAnswerState.DRAFT, refusal=sentence
    )
    if noted:
        logger.warning("Stripe refused the answer %s: %s", answer, sentence)
        answer.state = DisputeAnswerState.DRAFT
        subject = _subject(answer, before)
        record_audit("dispute_answer_refused", subject, actor=None, now=now, reason=sentence)


def _subject(answer: DisputeAnswer, before: str) -> Subject:
    """The texts stay on the answer's own row; the trail says how long each was."""
    dispute = answer.dispute
    figures = {"amount": dispute.amount, "currency": dispute.currency}
    lengths = {name: len(text) for name, text in answer.evidence.items()}
    return Subject(
        "dispute",
        str(dispute.reference),
        before={"state": before, **figures},
        after={"state": answer.state, **figures, "characters": lengths},
    )
