"""Which letter confirms a change of a recurring gift, and what it says, frozen at the change."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from django.conf import settings
from django.urls import reverse

from payments.models import PlanChange, PlanChangeKind, PlanStatus, RecurringPlan
from payments.periods import civil_date
from payments.plans.queries import was_told_to_end
from payments.receipts.content import issuer_of
from payments.receipts.words import Words


def letter_about(change: PlanChange) -> str | None:
    """Name the letter that tells of `change`; None for one that its payer need not be written about, or not yet."""
    if change.kind == PlanChangeKind.STARTED:
        return "agreement"
    before, after = change.before.get("status"), change.after.get("status")
    if after == PlanStatus.ENDING:
        return "stopped"
    if before == PlanStatus.ENDING and after in (PlanStatus.ACTIVE, PlanStatus.PAUSED):
        return "kept"
    # The end of a gift that was stopped before has been told of; one for want of a payment is another letter.
    if before != PlanStatus.ENDING and after == PlanStatus.ENDED and was_told_to_end(change.plan):
        return "stopped"
    return None


def change_context(change: PlanChange) -> dict[str, Any]:
    """Return whose gift was stopped or kept, how much it was, when it was done and what comes next."""
    plan = change.plan
    entity, checkout = plan.entity, plan.checkout
    words = Words.for_reader(checkout.locale if checkout else "")
    payer = checkout or plan.customer
    next_at = plan.current_period_end_at
    is_over = plan.status == PlanStatus.ENDED
    ends_at = None if is_over else plan.cancel_at or next_at
    return {
        "locale": words.locale,
        "issuer": asdict(issuer_of(entity)),
        "payer_name": payer.name,
        "payer_email": payer.email,
        "amount": words.amount(plan.amount + plan.fee_cover, plan.currency),
        "frequency": words.frequency(plan.frequency).lower(),
        "made_at": _moment(plan.cancelled_at or change.made_at, words, plan),
        "ends_on": words.day(civil_date(ends_at, entity.time_zone)) if ends_at else "",
        "next_on": words.day(civil_date(next_at, entity.time_zone)) if next_at else "",
        "manage_url": settings.SITE_URL + reverse("membership:my_support"),
    }


def _moment(instant: datetime, words: Words, plan: RecurringPlan) -> str:
    """Return the day and the time with its zone, as the notice of a change must name them."""
    zone = plan.entity.time_zone
    locale = words.locale.replace("-", "_")
    time = format_time(instant, "long", tzinfo=ZoneInfo(zone), locale=locale)
    return f"{words.day(civil_date(instant, zone))} at {time}"
