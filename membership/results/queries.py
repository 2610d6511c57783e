"""Which campaigns readers met, and in which places, countries and states."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from membership.results.counts import SUMS, Counts
from membership.results.experiments import campaign_names
from membership.results.models import FoldMark, HourlyCount
from membership.results.selections import DIMENSIONS


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign's counts; `name` is empty for a key that no campaign has."""

    key: str
    name: str
    kind: str
    counts: Counts


def campaign_summaries(*, since: datetime) -> list[CampaignSummary]:
    """Return every campaign that readers met since then, the most seen first, and every other one there is."""
    names = campaign_names()
    rows = (
        HourlyCount.objects.filter(hour__gte=since)
        .values_list("campaign")
        .annotate(**SUMS)
        .order_by("campaign")
    )
    counts = {key: Counts(*sums) for key, *sums in rows}
    found = [
        CampaignSummary(key, *names.get(key, ("", "")), counts.get(key, Counts()))
        for key in {*names, *counts}
    ]
    return sorted(found, key=lambda each: (-each.counts.seen, each.key))


def known_values(campaign: str, hours: Q) -> dict[str, list[str]]:
    """Return the slots, countries and states in which readers met the campaign."""
    places = DIMENSIONS[1:]
    rows = list(
        HourlyCount.objects.filter(hours, campaign=campaign).values_list(*places).distinct()
    )
    return {name: sorted({row[number] for row in rows}) for number, name in enumerate(places)}


def counted_until() -> datetime | None:
    """Return when the waiting events were last counted; None before they ever were."""
    latest: datetime | None = FoldMark.objects.aggregate(latest=Max("folded_at"))["latest"]
    return latest
