"""Reads of the dispute desk: what has to be answered, and by when."""

from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from payments.desk.models import DisputeAnswer, DisputeAnswerState, DisputeFile
from payments.donations.models import Dispute

# Stripe's words for a dispute that waits for us.
_WAITS_FOR_US = ("needs_response", "warning_needs_response", "appeal_needs_response")
# In the place of Stripe's word where Stripe does not know the dispute.
UNKNOWN_TO_STRIPE = "unknown"
# Longer than the longest call with its repetitions takes.
_CALL_IS_LOST_AFTER = timedelta(minutes=2)


def may_be_answered(stripe_status: str) -> bool:
    """Say whether a dispute of Stripe's waits for our word."""
    return stripe_status in _WAITS_FOR_US


def disputes_by_deadline() -> QuerySet[Dispute]:
    """Return what has to be answered first, by deadline, then the rest, newest first."""
    waits = Case(
        When(stripe_status__in=_WAITS_FOR_US, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    due = Case(When(stripe_status__in=_WAITS_FOR_US, then=F("evidence_due_at")))
    return disputes_shown().order_by(waits, due.asc(nulls_last=True), "-created_at", "-id")


def disputes_shown() -> QuerySet[Dispute]:
    """Return disputes with what a page says of each."""
    return Dispute.objects.select_related(
        "answer__saved_by",
        "answer__decided_by",
        "payment__donation__campaign",
        "payment__donation__entity",
        "payment__donation__customer",
        "payment__donation__checkout",
        "payment__donation__plan__checkout",
    )


def unasked_disputes() -> QuerySet[Dispute]:
    """Return the disputes of which Stripe's word was never kept, oldest first."""
    return Dispute.objects.filter(stripe_status="").order_by("id")


def files_shown(answer: DisputeAnswer | None) -> list[DisputeFile]:
    """Return an answer's files as a page lists them, without their bytes."""
    if answer is None:
        return []
    return list(answer.files.defer("contents", "content").order_by("id"))


def unfinished_answers(now: datetime) -> QuerySet[DisputeAnswer]:
    """Return the answers whose call to Stripe never came back, oldest first."""
    lost = now - _CALL_IS_LOST_AFTER
    return (
        DisputeAnswer.objects.filter(
            state__in=(DisputeAnswerState.SUBMITTING, DisputeAnswerState.ACCEPTING)
        )
        .filter(Q(called_at__lte=lost) | Q(called_at=None, decided_at__lte=lost))
        .select_related("dispute__payment__donation__customer")
        .order_by("id")
    )
