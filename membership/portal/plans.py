"""What My support says of a recurring plan, in the reader's words."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format

from membership.portal.previews import PERIODS, next_on
from payments.models import Frequency, PlanCommandKind, PlanStatus, RecurringPlan
from payments.periods import civil_date
from payments.plans.changing import can_change
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

_CHANGES = (
    ("resume", PlanCommandKind.RESUME, "Go on now"),
    ("amount", PlanCommandKind.AMOUNT, "Change the amount"),
    ("date", PlanCommandKind.DATE, "Move the next payment"),
    ("frequency", PlanCommandKind.FREQUENCY, "Change how often"),
    ("pause", PlanCommandKind.PAUSE, "Pause"),
)
_BRANDS = {"amex": "American Express", "mastercard": "Mastercard", "jcb": "JCB"}


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
    next_on: date | None = None
    card: str = ""
    card_expires_on: date | None = None
    can_change_card: bool = False
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def card_last4(self) -> str:
        """The end of the card's number: all that a letter's page tells of it."""
        return self.card[-4:] if self.card else ""


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
        period=PERIODS[Frequency(plan.frequency)],
        started_on=civil_date(plan.started_at, plan.entity.time_zone),
        outlook=_AWAITED.get(open_command, _CHANGE_AWAITED) if open_command else _outlook(plan),
        needs_attention=plan.status == PlanStatus.PAST_DUE and open_command is None,
        can_stop=open_command is None and way_to_stop(plan) is not None,
        can_keep=open_command is None and can_keep(plan),
        next_on=next_on(plan),
        card=_card(plan),
        card_expires_on=plan.card_expires_on,
        can_change_card=open_command is None and can_change(plan, PlanCommandKind.CARD),
        changes=() if open_command else _changes(plan),
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


def _changes(plan: RecurringPlan) -> tuple[tuple[str, str], ...]:
    """Return the changes that the plan takes as it stands: the end of their address, and their words."""
    return tuple((slug, words) for slug, kind, words in _CHANGES if can_change(plan, kind))


def _card(plan: RecurringPlan) -> str:
    """Return how it is paid, in words; empty where Stripe said nothing yet."""
    brand = _BRANDS.get(plan.card_brand, plan.card_brand.title())
    return f"{brand} ending in {plan.card_last4}" if plan.card_last4 else ""


def _outlook(plan: RecurringPlan) -> str:
    match PlanStatus(plan.status):
        case PlanStatus.PAST_DUE:
            return "The latest payment did not go through. We will try again; your bank can tell you why."
        case PlanStatus.PAUSED:
            day = next_on(plan)
            then = f" The next payment is collected on {date_format(day, 'j F Y')}." if day else ""
            return f"Paused{_on(' until', plan.resumes_at, plan)}.{then}"
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
