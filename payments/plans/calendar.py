"""When a plan is collected: pure civil arithmetic as Stripe does it, in UTC from the day that anchors the plan."""

import calendar
import itertools
from collections.abc import Iterator
from datetime import datetime

from payments.campaigns.models import Frequency
from payments.plans.models import PlanStatus, RecurringPlan

_MONTHS = {Frequency.MONTHLY: 1, Frequency.YEARLY: 12}


def collections_of(plan: RecurringPlan) -> Iterator[datetime]:
    """Yield the instants at which the plan's coming periods begin, the end of the running one first.

    A plan anchored to the 31st is due on the last day of shorter months, and on the 31st again after them.
    """
    first = plan.current_period_end_at
    if first is None:
        return
    anchor = plan.moved_to_at or plan.started_at
    for number in itertools.count():
        yield _months_after(first, number * _MONTHS[Frequency(plan.frequency)], anchor.day)


def next_collection(plan: RecurringPlan) -> datetime | None:
    """Return when money is collected next, after a pause; None where nothing says when."""
    if plan.status in (PlanStatus.ENDING, PlanStatus.ENDED, PlanStatus.INCOMPLETE):
        return None
    if plan.status != PlanStatus.PAUSED:
        return plan.current_period_end_at
    if plan.resumes_at is None:
        return None
    resumes_at = plan.resumes_at
    return next((each for each in collections_of(plan) if each >= resumes_at), None)


def _months_after(first: datetime, months: int, anchor_day: int) -> datetime:
    if months == 0:
        return first
    year, month = divmod(first.month - 1 + months, 12)
    last = calendar.monthrange(first.year + year, month + 1)[1]
    day = min(max(anchor_day, first.day), last)
    return first.replace(year=first.year + year, month=month + 1, day=day)
