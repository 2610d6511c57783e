"""How far a prompt campaign's goal has come: money that settled, less what went back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Greatest

from membership.prompts.definitions import Goal
from membership.prompts.editions import EDITIONS, currencies_of
from membership.prompts.offers import ANYWHERE
from payments.models import Campaign, Payment
from payments.money import Money
from payments.periods import midnight


def raised(slug: str, since: date) -> dict[str, int]:
    """Return what a campaign's gifts since the beginning of a day come to by currency, in minor units.

    What was refunded or lost in a dispute counts no longer. The day is one of the zone of the entity that receives it.
    """
    zone = Campaign.objects.values_list("entity__time_zone", flat=True).get(slug=slug)
    settled = Payment.objects.filter(
        donation__campaign__slug=slug,
        status__in=Payment.SETTLED,
        succeeded_at__gte=midnight(since, zone),
    )
    stands = Greatest(F("amount") - F("refunded_amount") - F("lost_amount"), 0)
    rows = settled.order_by("currency").values_list("currency").annotate(total=Sum(stands))
    return dict(rows)


def thermometer(goal: Goal, totals: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Return the goal as the bundle holds it, by currency; the per cent are whole ones, rounded down."""
    return {
        currency: {
            "goal": Money(amount, currency).format(_locale_of(currency)),
            "total": Money(totals.get(currency, 0), currency).format(_locale_of(currency)),
            "percent": totals.get(currency, 0) * 100 // amount,
        }
        for currency, amount in sorted(goal.amounts.items())
    }


def _locale_of(currency: str) -> str:
    """Return the locale of the edition at home in the currency."""
    own = (each for each in EDITIONS.values() if currency in currencies_of(each.country))
    return next((each.locale for each in own), ANYWHERE)
