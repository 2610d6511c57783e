"""Reads of recurring plans."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from payments.plans.models import (
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    PlanStatus,
    RecurringPlan,
)

# After so long an answer from Stripe counts as lost: longer than a call with all its retries.
_CALL_IS_LOST_AFTER = timedelta(minutes=2)


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


def open_command() -> Subquery:
    """Return, for annotating plans, the kind of the command that Stripe has not confirmed yet."""
    commands = PlanCommand.objects.filter(plan=OuterRef("pk"), state=PlanCommandState.ASKED)
    return Subquery(commands.values("kind")[:1])


def command_awaited(plan: RecurringPlan) -> PlanCommand | None:
    """Return the command that Stripe has not confirmed yet; there is one at a time."""
    return PlanCommand.objects.filter(plan=plan, state=PlanCommandState.ASKED).first()


def unfinished_commands(now: datetime) -> QuerySet[PlanCommand]:
    """Return the commands whose call to Stripe never came back, oldest first."""
    return (
        PlanCommand.objects.filter(
            state=PlanCommandState.ASKED, asked_at__lte=now - _CALL_IS_LOST_AFTER
        )
        .select_related("plan")
        .order_by("asked_at", "id")
    )


def was_told_to_end(plan: RecurringPlan) -> bool:
    """Say whether a plan's end was somebody's word, and not what Stripe did for want of a payment."""
    return (
        PlanCommand.objects.filter(plan=plan, kind=PlanCommandKind.END)
        .exclude(state=PlanCommandState.REFUSED)
        .exists()
    )
