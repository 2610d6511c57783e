"""A gift beside a standing one: its giver is shown what they give already, and may give all the same.

Only who is signed in is shown anything, and only of their own: what a stranger types never tells whether an address
gives. A single gift is told beside the form; a second standing one has to be sent once more.
"""

from dataclasses import dataclass
from datetime import date

from membership.checkout_pages.forms import DonationForm
from membership.checkout_pages.queries import Giver
from membership.supporters.models import SupporterState
from payments.models import Frequency, PlanStatus
from payments.periods import civil_date
from payments.plans.queries import plans_of

# The form's hidden field with which a second standing gift is sent once more.
CONFIRMED = "second_gift"

# Only these may have a plan that runs: nobody else is asked about in the database.
_MAY_HAVE_PLANS = (
    SupporterState.RECURRING,
    SupporterState.PAYMENT_FAILING,
    SupporterState.PAUSED,
)
_RUNNING = (PlanStatus.ACTIVE, PlanStatus.PAST_DUE, PlanStatus.PAUSED)
_PERIODS = {Frequency.MONTHLY: "a month", Frequency.YEARLY: "a year"}


@dataclass(frozen=True, slots=True)
class StandingGift:
    """What somebody gives already: `amount` in minor units, fee cover included, each `period`."""

    amount: int
    currency: str
    period: str
    since_on: date
    next_on: date | None


def standing_gifts(giver: Giver | None) -> list[StandingGift]:
    """Return the recurring gifts of who is signed in, oldest first."""
    if giver is None or giver.state not in _MAY_HAVE_PLANS:
        return []
    plans = plans_of(giver.party).filter(status__in=_RUNNING).select_related("entity")
    return [
        StandingGift(
            amount=plan.amount + plan.fee_cover,
            currency=plan.currency,
            period=_PERIODS[Frequency(plan.frequency)],
            since_on=civil_date(plan.started_at, plan.entity.time_zone),
            next_on=civil_date(next_at, plan.entity.time_zone)
            if (next_at := plan.resumes_at or plan.current_period_end_at)
            else None,
        )
        for plan in plans
    ]


def gifts_to_confirm(form: DonationForm, giver: Giver | None) -> list[StandingGift]:
    """Return what a valid form's giver gives already, when it would begin a second standing gift unasked."""
    chosen = form.cleaned_data
    is_standing = chosen["frequency"] != Frequency.ONCE
    if not is_standing or CONFIRMED in form.data:
        return []
    if giver is None or not giver.owns(chosen["email"]):
        return []
    return standing_gifts(giver)
