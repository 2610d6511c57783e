"""Reads of what is still to be booked: the gifts, refunds and disputes whose lines are not all there."""

from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from payments.donations.models import Dispute, DisputeState, Payment, Refund, RefundStatus
from payments.ledger.models import BalanceTransaction

# How long Stripe is asked again about what may have no further line.
_ASKED_FOR = timedelta(days=7)
RETURNED = ("charge_failure", "payment_failure_refund")


def payments_to_book(*, before: datetime) -> QuerySet[Payment]:
    """Return the payments that settled before an instant and are not on the books, newest first.

    Newest first, so that one that Stripe cannot explain never keeps the others waiting.
    """
    return (
        Payment.objects.filter(status__in=Payment.SETTLED, is_booked=False, succeeded_at__lt=before)
        .select_related("donation__entity")
        .order_by("-succeeded_at", "-id")
    )


def refunds_to_book(*, before: datetime) -> QuerySet[Refund]:
    """Return the refunds whose lines are not all on the books, newest first.

    A refund that was done has one line, and one that failed after Stripe had paid it out has two; one that failed
    sooner has none. Only Stripe knows which, so a failed one is asked about for a week.
    """
    done = Q(status=RefundStatus.SUCCEEDED, is_booked=False)
    failed = Q(status=RefundStatus.FAILED, failed_at__gt=before - _ASKED_FOR)
    # Counted for the few that failed alone, so that what is done is found by its mark.
    may_have = Q(line_count__lt=2) | Q(status=RefundStatus.SUCCEEDED)
    return (
        Refund.objects.filter(done | failed, created_at__lt=before)
        .alias(line_count=_line_count("refund"))
        .filter(may_have)
        .select_related("payment__donation__entity")
        .order_by("-created_at", "-id")
    )


def _line_count(owner: str) -> Coalesce:
    lines = BalanceTransaction.objects.filter(**{owner: OuterRef("pk")}).order_by()
    return Coalesce(Subquery(lines.values(owner).annotate(n=Count("pk")).values("n")), 0)


def returns_to_book(*, before: datetime) -> QuerySet[Payment]:
    """Return the bank debits that were taken back before an instant, without the line that says so, newest first."""
    return (
        Payment.objects.filter(lost_amount__gt=0, returned_at__lt=before)
        .exclude(balance_transactions__reporting_category__in=RETURNED)
        .select_related("donation__entity")
        .order_by("-returned_at", "-id")
    )


def disputes_to_book(*, before: datetime) -> QuerySet[Dispute]:
    """Return the disputes whose lines are not all on the books, newest first.

    One that took money has a line, and one that was won a second. A lost one has a second where the bank kept only a
    part, which only Stripe knows, so it is asked about for a week.
    """
    took = Q(state__in=[DisputeState.OPEN, DisputeState.LOST], line_count=0)
    gave_back = Q(state=DisputeState.WON, line_count__lt=2)
    may_have = Q(state=DisputeState.LOST, line_count__lt=2, changed_at__gt=before - _ASKED_FOR)
    return (
        Dispute.objects.filter(changed_at__lt=before)
        .alias(line_count=Count("balance_transactions"))
        .filter(took | gave_back | may_have)
        .select_related("payment__donation__entity")
        .order_by("-changed_at", "-id")
    )
