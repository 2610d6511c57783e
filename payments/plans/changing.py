"""Change a standing gift at its supporter's word: amount, date, frequency, pause.

Each action raises as `command_plan` does.
"""

from datetime import datetime
from functools import partial

from payments.campaigns.models import Frequency
from payments.errors import InvalidTransition
from payments.plans.commands import Voice, Wish, command_plan
from payments.plans.models import PlanCommandKind, PlanStatus, RecurringPlan

_CHANGEABLE: dict[PlanCommandKind, tuple[PlanStatus, ...]] = {
    PlanCommandKind.AMOUNT: (PlanStatus.ACTIVE, PlanStatus.PAUSED),
    PlanCommandKind.FREQUENCY: (PlanStatus.ACTIVE,),
    PlanCommandKind.DATE: (PlanStatus.ACTIVE,),
    PlanCommandKind.PAUSE: (PlanStatus.ACTIVE, PlanStatus.PAUSED),
    PlanCommandKind.RESUME: (PlanStatus.PAUSED,),
    PlanCommandKind.CARD: (PlanStatus.ACTIVE, PlanStatus.PAST_DUE, PlanStatus.PAUSED),
}


def can_change(plan: RecurringPlan, kind: PlanCommandKind) -> bool:
    """Say whether a plan that stands as it does takes this kind of change."""
    return plan.status in _CHANGEABLE[kind]


def change_amount(plan_id: int, *, total: int, voice: Voice, now: datetime) -> RecurringPlan:
    """Collect `total`, in minor units of the plan's currency, from the next collection on."""
    return _change(plan_id, Wish(PlanCommandKind.AMOUNT, {"total": total}), voice, now)


def change_frequency(
    plan_id: int, *, frequency: Frequency, total: int, voice: Voice, now: datetime
) -> RecurringPlan:
    """Collect `total` at another rhythm once the period that is paid for is over."""
    wish = Wish(PlanCommandKind.FREQUENCY, {"frequency": frequency.value, "total": total})
    return _change(plan_id, wish, voice, now)


def move_date(plan_id: int, *, next_at: datetime, voice: Voice, now: datetime) -> RecurringPlan:
    """Collect next at `next_at`, and from then on at the plan's rhythm."""
    instant = next_at.replace(microsecond=0).isoformat()
    return _change(plan_id, Wish(PlanCommandKind.DATE, {"next_at": instant}), voice, now)


def pause_plan(plan_id: int, *, resumes_at: datetime, voice: Voice, now: datetime) -> RecurringPlan:
    """Collect nothing before `resumes_at`; a pause that runs gets this end."""
    instant = resumes_at.replace(microsecond=0).isoformat()
    return _change(plan_id, Wish(PlanCommandKind.PAUSE, {"resumes_at": instant}), voice, now)


def resume_plan(plan_id: int, *, voice: Voice, now: datetime) -> RecurringPlan:
    """Collect again from the end of the running period on."""
    return _change(plan_id, Wish(PlanCommandKind.RESUME), voice, now)


def _change(plan_id: int, wish: Wish, voice: Voice, now: datetime) -> RecurringPlan:
    return command_plan(plan_id, partial(_decide, wish=wish), voice=voice, now=now)


def _decide(plan: RecurringPlan, *, wish: Wish) -> Wish:
    if not can_change(plan, wish.kind):
        raise InvalidTransition(f"Plan {plan} is {plan.status}: no {wish.kind} now.")
    return wish
