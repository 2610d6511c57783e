"""Reads of gifts: what a person gave, and what became of a checkout."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from payments.campaigns.models import Frequency
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.donations.models import Payment, PaymentStatus
from payments.plans.models import PlanStatus, RecurringPlan
from payments.plans.queries import plans_of

_UNPAID = (PaymentStatus.FAILED, PaymentStatus.REQUIRES_ACTION)
# The columns of a payment that say what stands of a gift.
_GIFT = ("succeeded_at", "amount", "refunded_amount", "lost_amount", "held_amount", "currency")


def giving_facts(party: UUID) -> GivingFacts:
    """Return what a person's plans and settled payments are now, in two queries."""
    plans = plans_of(party).annotate(failing_since=_failing_since())
    gifts = (
        Payment.objects.filter(donation__customer__party=party, status__in=Payment.SETTLED)
        .order_by("succeeded_at", "id")
        .select_related("donation")
        .only(*_GIFT, "donation__plan", "donation__frequency")
    )
    told = [(payment.donation.plan_id, gift_facts(payment)) for payment in gifts]
    # Oldest first, so that each plan's last one stays.
    collected = dict(told)
    return GivingFacts(
        plans=tuple(
            plan_facts(plan, failing_since=plan.failing_since, collected=collected.get(plan.pk))
            for plan in plans
        ),
        gifts=tuple(gift for _, gift in told),
    )


def plan_facts_of(plan_id: int) -> PlanFacts:
    """Return one plan as plain values with what its payments say of it, in one query."""
    plan = RecurringPlan.objects.annotate(failing_since=_failing_since()).get(pk=plan_id)
    return plan_facts(plan, failing_since=plan.failing_since)


def gift_facts(payment: Payment) -> GiftFacts:
    """Return a payment that settled, with its gift loaded, as plain values."""
    net, donation = payment.net_given, payment.donation
    return GiftFacts(
        given_at=payment.succeeded_at or payment.created_at,
        net=net,
        currency=payment.currency,
        is_recurring=donation.plan_id is not None,
        held=min(payment.held_amount, net),
        frequency=Frequency(donation.frequency),
    )


def giving_history(party: UUID) -> QuerySet[Payment]:
    """Return a person's settled payments with their gifts, newest first."""
    return (
        Payment.objects.filter(donation__customer__party=party, status__in=Payment.SETTLED)
        .select_related("donation__campaign", "donation__plan", "donation__customer")
        .order_by("-succeeded_at", "-id")
    )


def payment_of_checkout(checkout_id: int) -> Payment | None:
    """Return the payment that a checkout led to, the settled one first, or None while nothing has arrived."""
    return (
        Payment.objects.filter(donation__checkout_id=checkout_id)
        .select_related("donation__plan", "donation__entity")
        .order_by(F("succeeded_at").asc(nulls_last=True), "-id")
        .first()
    )


def last_settled(customer_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each customer's latest payment settled, for those of whom one did."""
    settled = Payment.objects.filter(
        donation__customer__in=customer_ids, succeeded_at__isnull=False
    )
    rows = settled.values_list("donation__customer_id").annotate(last=Max("succeeded_at"))
    return dict(rows.order_by("donation__customer_id"))


def count_first_collections(payment_ids: Collection[int]) -> int:
    """Count those for which a reader was at the hosted page: a gift once, or the first of a plan."""
    return Payment.objects.filter(pk__in=payment_ids, donation__sequence=1).count()


def _failing_since() -> Subquery:
    """The first failed attempt of a plan's collections that are unpaid and newer than its last settled one."""
    settled = Payment.objects.filter(
        donation__plan=OuterRef("donation__plan"), status__in=Payment.SETTLED
    )
    last_paid = settled.order_by("-donation__sequence").values("donation__sequence")[:1]
    unpaid = (
        Payment.objects.filter(donation__plan=OuterRef("pk"), status__in=_UNPAID)
        .annotate(last_paid=Coalesce(Subquery(last_paid), 0))
        .filter(donation__sequence__gt=F("last_paid"))
        .order_by()
        .values("donation__plan")
        .annotate(since=Min(Coalesce("first_failed_at", "created_at")))
    )
    return Subquery(unpaid.values("since"))


def plan_facts(
    plan: RecurringPlan,
    *,
    failing_since: datetime | None = None,
    collected: GiftFacts | None = None,
) -> PlanFacts:
    """Return a plan as plain values; the rest is looked up by who knows its payments."""
    is_running = plan.status not in (PlanStatus.INCOMPLETE, PlanStatus.ENDED)
    return PlanFacts(
        status=PlanStatus(plan.status),
        frequency=Frequency(plan.frequency),
        started_at=plan.started_at,
        current_period_end_at=plan.current_period_end_at,
        cancelled_at=plan.cancelled_at,
        ended_at=plan.ended_at,
        resumes_at=plan.resumes_at,
        failing_since=failing_since if is_running else None,
        collected=collected,
    )
