"""Whether a recurring gift may be asked to be more."""

from datetime import datetime

from membership.letters.models import Letter
from membership.supporters.models import Supporter, SupporterState
from payments.models import PlanCommandState, PlanStatus, RecurringPlan


def may_be_asked(supporter: Supporter, plan: RecurringPlan, *, now: datetime) -> bool:
    """Whether the gift is collected, nothing of it waits for Stripe, and its giver has not asked for quiet."""
    is_quiet = supporter.quiet_until is not None and supporter.quiet_until > now
    is_busy = plan.commands.filter(state=PlanCommandState.ASKED).exists()
    is_collected = plan.status == PlanStatus.ACTIVE and supporter.state == SupporterState.RECURRING
    return is_collected and not is_quiet and not is_busy


def why_not_ask(letter: Letter, now: datetime) -> str:
    """Say why a letter that asks for more is not to be sent any more; empty when it may go."""
    plan = RecurringPlan.objects.filter(reference=letter.context["plan"]).first()
    if plan and letter.supporter and may_be_asked(letter.supporter, plan, now=now):
        return ""
    return "The gift is not collected as it should be, or wants no question now."
