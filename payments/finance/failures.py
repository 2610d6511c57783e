"""Collections of recurring gifts that failed, with what became of each, in one statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from payments.donations.models import Payment, PaymentAttempt, PaymentStatus
from payments.entities.queries import zone_of
from payments.finance.filters import PeriodForm, currency_field
from payments.finance.measures.recovery import Failure, FailureOutcome
from payments.finance.selections import PeriodSelection
from payments.periods import days as civil_days
from payments.periods import midnight
from payments.plans.models import PlanChange, PlanChangeKind

# A new payment method pays what is open at once; that it was saved may be recorded after the payment.
_RECORDED_WITHIN = timedelta(hours=1)
_CHUNK = 2000
# Stands for the bank's silence where a code is asked for.
NO_CODE = "not_given"


@dataclass(frozen=True, slots=True)
class FailureSelection(PeriodSelection):
    """Collections by the day of their first failure."""

    currency: str = ""
    outcome: str = ""
    decline: str = ""


class DeclineForm(PeriodForm):
    """The filters of failed payments taken together."""

    currency = currency_field()


class FailureForm(DeclineForm):
    """The filters of failed payments one by one."""

    outcome = forms.ChoiceField(
        label="What became of it",
        required=False,
        choices=[("", "All"), *FailureOutcome.choices],
    )
    decline = forms.RegexField(
        r"^[a-z0-9_]+\Z",
        label="Last decline",
        required=False,
        max_length=60,
        error_messages={"invalid": "A decline code has small letters, digits and underscores."},
    )


@dataclass(frozen=True, slots=True)
class FailedPayment:
    """A failure with what finance looks it up by."""

    failure: Failure
    payment: UUID
    plan: UUID
    supporter: UUID | None
    email: str
    attempt_count: int
    decline_code: str
    method: str
    card_brand: str
    invoice: str | None


def failed_payments(selection: FailureSelection, *, zone: str = "") -> Iterator[FailedPayment]:
    """Yield the collections after a gift's first that failed first in the period, oldest first.

    A first payment that is refused on the checkout page is an attempt to give, and no collection that failed. `zone`
    is the entity's time zone where it is known already.
    """
    for row in _failed(selection, zone or zone_of(selection.entity)).iterator(chunk_size=_CHUNK):
        told = FailedPayment(
            failure=_failure(row),
            payment=row["reference"],
            plan=row["plan"],
            supporter=row["party"],
            email=row["email"],
            attempt_count=max(row["attempt_count"] or 0, 1),
            decline_code=row["decline_code"],
            method=row["method"],
            card_brand=row["card_brand"],
            invoice=row["stripe_invoice_id"],
        )
        if selection.outcome in ("", told.failure.outcome):
            yield told


def _failure(row: dict[str, Any]) -> Failure:
    # A debit that its bank took back after it had settled is lost, although Stripe keeps the day on which it settled.
    stands = row["status"] in Payment.SETTLED and row["returned_at"] is None
    settled_at: datetime | None = row["succeeded_at"] if stands else None
    changed_at = row["new_method_at"]
    return Failure(
        currency=row["currency"],
        amount=row["amount"],
        failed_at=row["first_failed_at"],
        settled_at=settled_at,
        retried_at=row["retried_at"],
        has_new_method=bool(
            settled_at and changed_at and changed_at <= settled_at + _RECORDED_WITHIN
        ),
        is_given_up=(
            row["status"] == PaymentStatus.CANCELED
            or row["returned_at"] is not None
            or row["plan_ended_at"] is not None
            or row["went_on"]
        ),
    )


def _failed(selection: FailureSelection, zone: str) -> QuerySet[Any, Any]:
    attempts = PaymentAttempt.objects.filter(payment=OuterRef("pk")).order_by()
    methods = PlanChange.objects.filter(
        plan=OuterRef("donation__plan"),
        kind=PlanChangeKind.CARD,
        made_at__gte=OuterRef("first_failed_at"),
    )
    later = Payment.objects.filter(
        donation__plan=OuterRef("donation__plan"),
        donation__sequence__gt=OuterRef("donation__sequence"),
        status__in=Payment.SETTLED,
    )
    return (
        Payment.objects.filter(_wanted(selection, zone))
        .annotate(
            plan=F("donation__plan__reference"),
            plan_ended_at=F("donation__plan__ended_at"),
            party=F("donation__customer__party"),
            email=F("donation__customer__email"),
            attempt_count=Subquery(
                attempts.values("payment").annotate(number=Count("id")).values("number")
            ),
            retried_at=Subquery(attempts.order_by("-id").values("next_attempt_at")[:1]),
            new_method_at=Subquery(methods.order_by("made_at").values("made_at")[:1]),
            went_on=Exists(later),
        )
        .order_by("first_failed_at", "id")
        .values(
            "reference", "plan", "party", "email", "currency", "amount", "status", "first_failed_at", "succeeded_at",
            "decline_code", "method", "card_brand", "stripe_invoice_id", "returned_at", "plan_ended_at",
            "attempt_count", "retried_at", "new_method_at", "went_on",
        )
    )  # fmt: skip


def _wanted(selection: FailureSelection, zone: str) -> Q:
    wanted = Q(
        first_failed_at__isnull=False,
        donation__entity__slug=selection.entity,
        donation__plan__isnull=False,
        donation__sequence__gt=1,
    )
    if selection.first:
        wanted &= Q(first_failed_at__gte=midnight(selection.first, zone))
    if selection.last:
        ends_at = civil_days(selection.last, selection.last, zone).ends_at
        wanted &= Q(first_failed_at__lt=ends_at)
    if selection.currency:
        wanted &= Q(currency=selection.currency)
    if selection.decline:
        wanted &= Q(decline_code="" if selection.decline == NO_CODE else selection.decline)
    return wanted
