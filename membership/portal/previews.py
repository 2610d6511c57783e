"""What a change of a recurring gift will mean: what is charged next, when, and what follows. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from payments.models import Frequency, RecurringPlan
from payments.periods import civil_date, midnight
from payments.plans.calendar import collections_of, next_collection

PERIODS = {Frequency.MONTHLY: "a month", Frequency.YEARLY: "a year"}
_EVERY = {Frequency.MONTHLY: "every month", Frequency.YEARLY: "every year"}
# How many collections a pause may leave out.
_SKIPS = {Frequency.MONTHLY: (1, 2, 3, 6), Frequency.YEARLY: (1,)}
# How much later than planned the next collection may be.
_LATEST = {Frequency.MONTHLY: timedelta(days=31), Frequency.YEARLY: timedelta(days=92)}
_MIDDAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Preview:
    """What is charged next, in minor units, on which day, and how often after that; `notes` say the rest."""

    amount: int
    currency: str
    on: date | None
    every: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """A pause that leaves out so many collections: the next is on `next_on`, and it ends at `resumes_at`."""

    count: int
    next_on: date
    resumes_at: datetime


def next_on(plan: RecurringPlan) -> date | None:
    """Return the day of the next collection in the newspaper's time zone, None when there is none to come."""
    instant = next_collection(plan)
    return civil_date(instant, plan.entity.time_zone) if instant else None


def period_ends_on(plan: RecurringPlan) -> date | None:
    """Return the day on which the running period ends, collected or not."""
    instant = plan.current_period_end_at
    return civil_date(instant, plan.entity.time_zone) if instant else None


def preview_of(
    plan: RecurringPlan,
    *,
    amount: int | None = None,
    frequency: Frequency | None = None,
    on: date | None = None,
    notes: tuple[str, ...] = (),
) -> Preview:
    """Return the preview of a plan with what is given here in the place of its own."""
    return Preview(
        amount=plan.total if amount is None else amount,
        currency=plan.currency,
        on=on or next_on(plan),
        every=_EVERY[frequency or Frequency(plan.frequency)],
        notes=notes,
    )


def skips_of(plan: RecurringPlan) -> Iterator[Skip]:
    """Yield the pauses that a plan may take. Each ends as the day begins on which it is collected again."""
    counts = _SKIPS[Frequency(plan.frequency)]
    zone = plan.entity.time_zone
    for count, instant in enumerate(islice(collections_of(plan), max(counts) + 1)):
        if count in counts:
            day = civil_date(instant, zone)
            yield Skip(count, day, midnight(day, zone))


def days_to_move(plan: RecurringPlan, now: datetime) -> tuple[date, date]:
    """Return the first and the last day to which the next collection may be moved."""
    zone = plan.entity.time_zone
    planned = plan.current_period_end_at or now
    latest = civil_date(planned + _LATEST[Frequency(plan.frequency)], zone)
    return civil_date(now, zone) + timedelta(days=1), latest


def moment_on(day: date, plan: RecurringPlan) -> datetime:
    """Return the middle of a day in the newspaper's time zone: far from any midnight that it could slip over."""
    return midnight(day, plan.entity.time_zone) + _MIDDAY


def other_frequency(plan: RecurringPlan) -> tuple[Frequency, int]:
    """Return the rhythm that the plan does not have, and what is about the same amount in it."""
    if plan.frequency == Frequency.MONTHLY:
        return Frequency.YEARLY, plan.total * 12
    return Frequency.MONTHLY, max((plan.total + 6) // 12, 1)
