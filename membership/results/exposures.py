"""What readers were shown, for the reports of finance."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q, Sum

from membership.results.models import EventType, HourlyCount
from payments.finance.providers import Exposure
from payments.periods import midnight


class PromptExposures:
    """The hourly counts as an ExposureProvider of finance."""

    def exposures(
        self, campaign: str, first: date | None, last: date | None, *, zone: str
    ) -> Sequence[Exposure]:
        """Return seen and clicked per campaign, variant and country, in one query."""
        counts = within(first, last, zone=zone)
        if campaign:
            counts &= Q(campaign=campaign)
        rows = (
            HourlyCount.objects.filter(counts, type__in=[EventType.SEEN, EventType.CLICKED])
            .values_list("campaign", "variant", "country")
            .annotate(
                seen=Sum("count", filter=Q(type=EventType.SEEN), default=0),
                clicked=Sum("count", filter=Q(type=EventType.CLICKED), default=0),
            )
            .order_by("campaign", "variant", "country")
        )
        return [Exposure(*row) for row in rows]


def within(first: date | None, last: date | None, *, zone: str) -> Q:
    """Return the condition that an hour begins on a civil day of `zone` from `first` to `last`, both included."""
    condition = Q()
    if first:
        condition &= Q(hour__gte=midnight(first, zone))
    if last:
        condition &= Q(hour__lt=midnight(last + timedelta(days=1), zone))
    return condition
