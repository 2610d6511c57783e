"""Forget a person at the desk: what staff wrote and attached goes, what was done stays."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from payments.audit.models import AuditEntry
from payments.desk.models import (
    DisputeAnswer,
    DisputeAnswerState,
    DisputeFile,
    FileKind,
    RefundRequest,
)
from payments.donations.models import Dispute, Payment

ERASED = "erased"


@transaction.atomic
def forget_at_desk(party: UUID, *, now: datetime) -> None:
    """Put "erased" in the place of what staff wrote about a person's refunds and disputes, and empty the files.

    Amounts, states, times, who acted, sizes and checksums stay. An answer that Stripe has not taken becomes an empty
    draft, so that nobody hands in what is left of it. Safe to repeat.
    """
    payments = Payment.objects.filter(donation__customer__party=party)
    requests = RefundRequest.objects.filter(payment__in=payments)
    disputes = Dispute.objects.filter(payment__in=payments)
    requests.update(comment=ERASED)
    requests.exclude(decision_note="").update(decision_note=ERASED)
    answers = DisputeAnswer.objects.select_for_update().filter(dispute__in=disputes).order_by("pk")
    for answer in answers:
        _forget_answer(answer, now=now)
    _forget_reasons("payment", payments)
    _forget_reasons("refund request", requests)
    _forget_reasons("dispute", disputes)


def _forget_answer(answer: DisputeAnswer, *, now: datetime) -> None:
    is_open = answer.state in (DisputeAnswerState.DRAFT, DisputeAnswerState.SUBMITTING)
    if is_open:
        answer.state = DisputeAnswerState.DRAFT
        answer.evidence, answer.version = {}, answer.version + 1
    else:
        answer.evidence = dict.fromkeys(answer.evidence, ERASED)
    answer.note = ERASED if answer.note else ""
    answer.refusal = ERASED if answer.refusal else ""
    answer.erased_at = answer.erased_at or now
    answer.save()
    # What was issued holds what its receipt holds, which stays by law.
    files = DisputeFile.objects.filter(answer=answer, erased_at=None).exclude(kind=FileKind.ISSUED)
    if is_open:
        files.delete()
    else:
        files.update(name=ERASED, content={}, contents=b"", erased_at=now)


def _forget_reasons(
    object_type: str, objects: QuerySet[Payment] | QuerySet[RefundRequest] | QuerySet[Dispute]
) -> None:
    """Empty why something was done, which is the one thing of the audit trail that may name a person."""
    references = [str(each) for each in objects.values_list("reference", flat=True)]
    entries = AuditEntry.objects.filter(object_type=object_type, object_reference__in=references)
    entries.exclude(reason="").update(reason="")
