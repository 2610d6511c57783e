"""What every letter about a recurring gift may print, frozen when the letter is written."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from django.conf import settings
from django.urls import reverse

from payments.models import RecurringPlan
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.words import Words


def plan_values(plan: RecurringPlan) -> dict[str, Any]:
    """Return whose gift it is, how much and how often, when the next payment is, and where to change it.

    `plan` comes with its entity, checkout and customer. The words are those of the page on which the gift was chosen.
    """
    words, zone = words_for(plan), plan.entity.time_zone
    payer, next_at = plan.checkout or plan.customer, plan.current_period_end_at
    return {
        "plan": str(plan.reference),
        "locale": words.locale,
        "issuer": asdict(issuer_of(plan.entity)),
        "payer_name": payer.name,
        "payer_email": payer.email,
        "amount": words.amount(plan.amount + plan.fee_cover, plan.currency),
        "fee_cover": words.amount(plan.fee_cover, plan.currency) if plan.fee_cover else "",
        "frequency": words.frequency(plan.frequency).lower(),
        "started_on": words.day(civil_date(plan.started_at, zone)),
        "next_on": words.day(civil_date(next_at, zone)) if next_at else "",
        "manage_url": manage_url(),
    }


def words_for(plan: RecurringPlan) -> Words:
    """Speak as the page did on which the gift was chosen."""
    return Words.for_reader(plan.checkout.locale if plan.checkout else "")


def manage_url() -> str:
    site: str = settings.SITE_URL
    return site + reverse("membership:my_support")


def printed_day(instant: datetime | None, plan: RecurringPlan) -> str:
    """Return the civil day of an instant in the reader's words; empty for none."""
    if instant is None:
        return ""
    day: date = civil_date(instant, plan.entity.time_zone)
    return words_for(plan).day(day)


def printed_moment(instant: datetime, plan: RecurringPlan) -> str:
    """Return the day and the time with its zone, as the notice of a change must name them."""
    zone, locale = plan.entity.time_zone, words_for(plan).locale.replace("-", "_")
    time = format_time(instant, "long", tzinfo=ZoneInfo(zone), locale=locale)
    return f"{printed_day(instant, plan)} at {time}"
