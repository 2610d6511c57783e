"""Reads of recurring plans."""

from uuid import UUID

from django.db.models import QuerySet

from payments.plans.models import PlanStatus, RecurringPlan


def is_known(subscription_id: str) -> bool:
    """Say whether the subscription is on the books."""
    return RecurringPlan.objects.filter(stripe_id=subscription_id).exists()


def plans_of(party: UUID) -> QuerySet[RecurringPlan]:
    """Return a person's plans that ever began, oldest first."""
    return (
        RecurringPlan.objects.filter(customer__party=party)
        .exclude(status=PlanStatus.INCOMPLETE)
        .select_related("campaign", "customer")
        .order_by("started_at", "id")
    )
