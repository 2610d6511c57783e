"""Where a gift that ended is begun again: the donation page with its amount and rhythm filled in."""

from urllib.parse import urlencode

from django.urls import reverse

from payments.models import RecurringPlan
from payments.money import Money


def restart_address(plan: RecurringPlan) -> str:
    """Return the donation page as it would look for this gift once more."""
    gift = Money(plan.total, plan.currency)
    query = {
        "frequency": plan.frequency,
        "currency": plan.currency,
        "amount": format(gift.to_decimal(), "f"),
    }
    return f"{reverse('membership:donate', args=[plan.campaign.slug])}?{urlencode(query)}"
