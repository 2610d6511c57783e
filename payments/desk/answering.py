"""Answer a dispute: written first, told to Stripe outside any transaction, finished by a sweep."""

import logging
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from payments.audit.actions import record_audit
from payments.desk.dispute_queries import may_be_answered, unfinished_answers
from payments.desk.drafting import ACCEPT, ENDS, SAVE, SUBMIT, Draft, subject_of, write_answer
from payments.desk.evidence import payer_facts
from payments.desk.models import DisputeAnswer, DisputeAnswerState
from payments.desk.uploading import forget_uploads, upload_files
from payments.donations.disputes import record_dispute
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


def save_draft(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Keep what was written; Stripe hears nothing. Raises DisputeRefused, also where a colleague saved meanwhile."""
    return write_answer(dispute_id, draft, SAVE, actor=actor, now=now)


def submit_answer(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Hand texts and files in, which is done once. Raises DisputeRefused; the sweep takes up a GatewayUnavailable."""
    answer = write_answer(dispute_id, draft, SUBMIT, actor=actor, now=now)
    return carry_out_answer(answer, now=now)


def accept_dispute(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Let the payer's bank have it, for good. Raises DisputeRefused and NoteMissing; as `submit_answer` otherwise."""
    if not draft.note.strip():
        raise NoteMissing("Say why this dispute is accepted.")
    answer = write_answer(dispute_id, draft, ACCEPT, actor=actor, now=now)
    return carry_out_answer(answer, now=now)


def carry_out_answer(answer: DisputeAnswer, *, now: datetime) -> DisputeAnswer:
    """Tell Stripe what was decided, unless the dispute takes no answer any more, and record what Stripe then says."""
    if answer.state not in ENDS:
        return answer
    dispute = answer.dispute
    try:
        snapshot = fetch_dispute(dispute.stripe_id) if answer.attempts else None
        # An earlier call may have come through without its answer.
        if snapshot is None or may_be_answered(snapshot.status):
            snapshot = _call(answer, now=now)
    except GatewayUnauthorised:
        raise
    except DisputeRefused as error:
        _note_refusal(answer, str(error), now=now)
    except GatewayRefused as error:
        _note_refusal(answer, _what_to_do(answer, error), now=now)
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


def _call(answer: DisputeAnswer, *, now: datetime) -> DisputeSnapshot:
    # Each try has a key of its own: a second one that came through would change nothing, and Stripe repeats its first
    # answer to a key, an internal error of its own included.
    DisputeAnswer.objects.filter(pk=answer.pk).update(attempts=F("attempts") + 1, called_at=now)
    answer.refresh_from_db(fields=["attempts"])
    key, stripe_id = f"{answer.reference}-{answer.attempts}", answer.dispute.stripe_id
    if answer.state == DisputeAnswerState.ACCEPTING:
        return close_dispute(stripe_id, idempotency_key=key)
    evidence = {**payer_facts(answer.dispute.payment), **answer.evidence}
    evidence |= upload_files(answer, now=now)
    return submit_evidence(stripe_id, evidence, idempotency_key=key)


def _what_to_do(answer: DisputeAnswer, error: GatewayRefused) -> str:
    """Say what Stripe said; an id of a file that it has no more is forgotten, so that the next try uploads anew."""
    if answer.files.filter(evidence_field=error.parameter[len("evidence[") : -1]).exists():
        forget_uploads(answer)
        return f"Stripe has a file of this answer no more. Hand in again: it is sent anew. Stripe said: {error}"
    return f"Stripe did not take the answer. It said: {error}"


@transaction.atomic
def _note_end(answer: DisputeAnswer, snapshot: DisputeSnapshot, *, now: datetime) -> None:
    record_dispute(snapshot, cause=f"answer {answer}", now=now)
    before = DisputeAnswerState(answer.state)
    state, verb = ENDS[before]
    # A page and the sweep may both carry out one answer; the first to come back has the say.
    noted = DisputeAnswer.objects.filter(pk=answer.pk, state=before).update(
        state=state, settled_at=now
    )
    if noted:
        answer.state = state
        record_audit(verb, subject_of(answer, before), actor=None, now=now)


@transaction.atomic
def _note_refusal(answer: DisputeAnswer, sentence: str, *, now: datetime) -> None:
    before = answer.state
    noted = DisputeAnswer.objects.filter(pk=answer.pk, state=before).update(
        state=DisputeAnswerState.DRAFT, refusal=sentence
    )
    if noted:
        # The sentence may quote a file's name, which may be a person's.
        logger.warning("The answer %s was not handed in; its row says why.", answer)
        answer.state = DisputeAnswerState.DRAFT
        subject = subject_of(answer, before)
        record_audit("dispute_answer_refused", subject, actor=None, now=now, reason=sentence)
