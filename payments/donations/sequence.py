"""Number the collections of a plan in the order in which Stripe made their invoices."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from payments.donations.models import Donation
from payments.plans.models import RecurringPlan


def last_collections(plans: Iterable[RecurringPlan]) -> dict[int, tuple[int, datetime]]:
    """Return the highest number and the latest time of each plan's collections, for plans that have any."""
    rows = (
        Donation.objects.filter(plan__in=list(plans))
        .values_list("plan_id")
        .annotate(last=Max("sequence"), made_at=Max("created_at"))
        .order_by("plan_id")
    )
    return {plan_id: (last, made_at) for plan_id, last, made_at in rows}


def make_room(plan: RecurringPlan, created_at: datetime) -> int:
    """Return the number of a collection made at `created_at`, moving the later ones up by one; there are some.

    One whose event was lost and replayed takes its own place so. Highest first, because the unique key holds at every
    step. The caller holds the plan's lock.
    """
    number = 0
    later = Donation.objects.filter(plan=plan, created_at__gt=created_at).order_by("-sequence")
    for donation in later:
        number = donation.sequence
        donation.sequence += 1
        donation.save(update_fields=["sequence"])
    return number
