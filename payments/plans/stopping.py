"""Stop a standing gift at its supporter's word, and keep it after all."""

from datetime import datetime, timedelta
from functools import partial

from payments.errors import InvalidTransition
from payments.plans.commands import Voice, Wish, command_plan, finish_commands
from payments.plans.models import (
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    PlanStatus,
    RecurringPlan,
)

__all__ = [
    "UNDO_FOR",
    "can_keep",
    "end_plan",
    "finish_commands",
    "keep_plan",
    "stop_plan",
    "way_to_stop",
]

# How long a stop that takes effect at once can be taken back.
UNDO_FOR = timedelta(hours=24)
# Stripe notes the moment of the stop, which is some seconds after we counted from it.
_LEEWAY = timedelta(minutes=5)


def way_to_stop(plan: RecurringPlan) -> PlanCommandKind | None:
    """Say how the plan would be stopped; None if it cannot be.

    A period that is paid for runs to its end. One that nobody paid for, because it failed or is paused, is not waited
    for: nothing is collected from now on. And a plan whose first payment never came has nothing to keep.
    """
    match PlanStatus(plan.status):
        case PlanStatus.ACTIVE:
            return PlanCommandKind.STOP
        case PlanStatus.PAST_DUE | PlanStatus.PAUSED:
            return PlanCommandKind.STOP_NOW
        case PlanStatus.INCOMPLETE:
            return PlanCommandKind.END
        case _:
            return None


def can_keep(plan: RecurringPlan) -> bool:
    """Say whether a stop can be taken back; an end that was set at Stripe for a day of its own stays there."""
    if plan.status != PlanStatus.ENDING:
        return False
    if plan.cancel_at is None or plan.cancel_at == plan.current_period_end_at:
        return True
    stopped_at = plan.cancelled_at
    return stopped_at is not None and plan.cancel_at - stopped_at <= UNDO_FOR + _LEEWAY


def stop_plan(
    plan_id: int, *, cause: str, now: datetime, reason: str = "", comment: str = ""
) -> RecurringPlan:
    """Collect nothing more for a plan; returns it as Stripe then says it stands. Raises as `command_plan` does."""
    voice = Voice(cause, reason=reason, comment=comment)
    return command_plan(plan_id, partial(_stop, now=now), voice=voice, now=now)


def keep_plan(plan_id: int, *, cause: str, now: datetime) -> RecurringPlan:
    """Let a plan that is still ending go on; raises as `command_plan` does."""
    return command_plan(plan_id, _keep, voice=Voice(cause), now=now)


def end_plan(plan_id: int, *, cause: str, now: datetime) -> RecurringPlan:
    """End a plan for good, whatever state it is in; raises as `command_plan` does.

    A stop that is still open is carried out first: what it leaves running ends then.
    """
    plan = command_plan(plan_id, _end, voice=Voice(cause), now=now)
    if plan.status != PlanStatus.ENDED:
        plan = command_plan(plan_id, _end, voice=Voice(cause), now=now)
    return plan


def _end(plan: RecurringPlan) -> Wish:
    if plan.status == PlanStatus.ENDED:
        raise InvalidTransition(f"Plan {plan} has ended.")
    return Wish(PlanCommandKind.END)


def _stop(plan: RecurringPlan, *, now: datetime) -> Wish:
    kind = way_to_stop(plan)
    if kind is None:
        raise InvalidTransition(f"Plan {plan} is {plan.status}: it cannot be stopped now.")
    if kind == PlanCommandKind.STOP_NOW:
        ends_at = (now + UNDO_FOR).replace(microsecond=0)
        was_paused = plan.status == PlanStatus.PAUSED
        return Wish(kind, {"ends_at": ends_at.isoformat(), "was_paused": was_paused})
    return Wish(kind)


def _keep(plan: RecurringPlan) -> Wish:
    if not can_keep(plan):
        raise InvalidTransition(f"Plan {plan} is {plan.status}: it cannot be kept now.")
    # A gift that was paused before it was stopped is paused again.
    stop = (
        PlanCommand.objects.filter(
            plan=plan, kind=PlanCommandKind.STOP_NOW, state=PlanCommandState.DONE
        )
        .order_by("-id")
        .first()
    )
    return Wish(
        PlanCommandKind.KEEP,
        {"lifts_pause": stop is not None and not stop.parameters["was_paused"]},
    )
