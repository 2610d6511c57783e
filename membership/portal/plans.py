"""What My support says of a recurring plan, in the reader's words."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format

from payments.models import Frequency, PlanCommandKind, PlanStatus, RecurringPlan
from payments.periods import civil_date
from payments.plans.stopping import can_keep, way_to_stop

_STOP_AWAITED = (
    "You have stopped this gift. We are passing that on to our payment provider and write to you as soon as it is "
    "confirmed; there is nothing more for you to do."
)
_CHANGE_AWAITED = (
    "You have changed this gift. We are passing that on to our payment provider and write to you as soon as it is "
    "confirmed."
)
_AWAITED: dict[str, str] = {
    PlanCommandKind.STOP: _STOP_AWAITED,
    PlanCommandKind.STOP_NOW: _STOP_AWAITED,
    PlanCommandKind.END: _STOP_AWAITED,
    PlanCommandKind.KEEP: (
        "You want to keep this gift. We are passing that on to our payment provider and write to you as soon as it is "
        "confirmed."
    ),
}

_PERIODS = {Frequency.MONTHLY: "a month", Frequency.YEARLY: "a year"}


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A standing gift: `amount` in minor units, fee cover included, each `period`; `outlook` says what comes next."""

    reference: UUID
    title: str
    amount: int
    currency: str
    period: str
    started_on: date
    outlook: str
    needs_attention: bool
    can_stop: bool
    can_keep: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """What happens when a plan is stopped: `ends_on` is None for one that ends at once."""

    ends_on: date | None
    is_paid_until_then: bool
    is_tried_again: bool


def summarise(plan: RecurringPlan, *, open_command: str | None = None) -> PlanSummary:
    """Return the summary of a plan; it comes with its campaign and entity.

    `open_command` is what the supporter wanted and Stripe has not confirmed yet: until then nothing else can be wanted.
    """
    return PlanSummary(
        reference=plan.reference,
        title=plan.campaign.title,
        amount=plan.amount + plan.fee_cover,
        currency=plan.currency,
        period=_PERIODS[Frequency(plan.frequency)],
        started_on=civil_date(plan.started_at, plan.entity.time_zone),
        outlook=_AWAITED.get(open_command, _CHANGE_AWAITED) if open_command else _outlook(plan),
        needs_attention=plan.status == PlanStatus.PAST_DUE and open_command is None,
        can_stop=open_command is None and way_to_stop(plan) is not None,
        can_keep=open_command is None and can_keep(plan),
    )


def ending_of(plan: RecurringPlan) -> Ending:
    """Return what would happen if a plan that can be stopped were stopped now."""
    is_at_once = way_to_stop(plan) != PlanCommandKind.STOP
    ends_at = None if is_at_once else plan.current_period_end_at
    return Ending(
        ends_on=civil_date(ends_at, plan.entity.time_zone) if ends_at else None,
        # While a gift is paused its periods pass unpaid.
        is_paid_until_then=plan.status == PlanStatus.ACTIVE,
        is_tried_again=plan.status == PlanStatus.PAST_DUE,
    )


def _outlook(plan: RecurringPlan) -> str:
    match PlanStatus(plan.status):
        case PlanStatus.PAST_DUE:
            return "The latest payment did not go through. We will try again; your bank can tell you why."
        case PlanStatus.PAUSED:
            return f"Paused{_on(' until', plan.resumes_at, plan)}."
        case PlanStatus.ENDED:
            return "This gift has ended: nothing more is collected."
        case PlanStatus.ENDING:
            ends_at = plan.cancel_at or plan.current_period_end_at
            return f"Stopped: nothing more is collected, and it ends{_on(' on', ends_at, plan)}."
        case _:
            return f"The next payment is collected{_on(' on', plan.current_period_end_at, plan)}."


def _on(word: str, instant: datetime | None, plan: RecurringPlan) -> str:
    """Return the word and the day, or that the day is not known yet."""
    if instant is None:
        return " for the time being" if word == " until" else " soon"
    return f"{word} {date_format(civil_date(instant, plan.entity.time_zone), 'j F Y')}"
