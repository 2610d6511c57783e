"""What My support says of a recurring plan, in the reader's words."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format

from payments.models import Frequency, PlanStatus, RecurringPlan
from payments.periods import civil_date

_PERIODS = {Frequency.MONTHLY: "a month", Frequency.YEARLY: "a year"}


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A standing gift: `amount` in minor units, fee cover included, each `period`; `outlook` says what comes next."""

    title: str
    amount: int
    currency: str
    period: str
    started_on: date
    outlook: str
    needs_attention: bool


def summarise(plan: RecurringPlan) -> PlanSummary:
    """Return the summary of a plan that has not ended; `plan` comes with its campaign and entity."""
    return PlanSummary(
        title=plan.campaign.title,
        amount=plan.amount + plan.fee_cover,
        currency=plan.currency,
        period=_PERIODS[Frequency(plan.frequency)],
        started_on=civil_date(plan.started_at, plan.entity.time_zone),
        outlook=_outlook(plan),
        needs_attention=plan.status == PlanStatus.PAST_DUE,
    )


def _outlook(plan: RecurringPlan) -> str:
    match PlanStatus(plan.status):
        case PlanStatus.PAST_DUE:
            return "The latest payment did not go through. We will try again; your bank can tell you why."
        case PlanStatus.PAUSED:
            return f"Paused{_on(' until', plan.resumes_at, plan)}."
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
