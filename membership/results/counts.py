"""What readers met and did, from the hourly counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import TruncDate

from membership.results.models import EventType, HourlyCount
from membership.results.selections import ResultsSelection

HOLDOUT = "holdout"
DEFAULT = "default:"


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a prompt was fit to be shown, shown and acted on; `reached` and `first_seen` count readers once."""

    eligible: int = 0
    reached: int = 0
    seen: int = 0
    first_seen: int = 0
    clicked: int = 0
    dismissed: int = 0
    asked_why: int = 0


def _sum(**condition: object) -> Sum:
    return Sum("count", filter=Q(**condition), default=0)


# The fields of Counts, in their order.
SUMS = {
    "eligible": _sum(type=EventType.ELIGIBLE),
    "reached": _sum(type=EventType.ELIGIBLE, first=True),
    "seen": _sum(type=EventType.SEEN),
    "first_seen": _sum(type=EventType.SEEN, first=True),
    "clicked": _sum(type=EventType.CLICKED),
    "dismissed": _sum(type=EventType.DISMISSED),
    "asked_why": _sum(type=EventType.WHY),
}


def counts_by(
    selection: ResultsSelection, dimensions: Sequence[str]
) -> dict[tuple[str, ...], Counts]:
    """Return the counts by the values of the dimensions, in one query."""
    rows = (
        HourlyCount.objects.filter(selection.hours)
        .values_list(*dimensions)
        .annotate(**SUMS)
        .order_by(*dimensions)
    )
    size = len(dimensions)
    return {row[:size]: Counts(*row[size:]) for row in rows}


def first_seen_by_day(selection: ResultsSelection) -> dict[tuple[date, str], int]:
    """Return how many readers saw each variant for the first time on each civil day."""
    rows = (
        HourlyCount.objects.filter(selection.hours, type=EventType.SEEN, first=True)
        .values_list(TruncDate("hour", tzinfo=ZoneInfo(selection.zone)), "variant")
        .annotate(Sum("count"))
        .order_by()
    )
    return {(day, variant): count for day, variant, count in rows}


def reached_by_bundle(selection: ResultsSelection) -> dict[str, dict[str, int]]:
    """Return, by bundle and variant, the readers whom the decision met for the first time, shown to or held out."""
    found: dict[str, dict[str, int]] = {}
    rows = (
        HourlyCount.objects.filter(selection.hours, type=EventType.ELIGIBLE, first=True)
        .values_list("bundle", "variant")
        .annotate(Sum("count"))
        .order_by("bundle", "variant")
    )
    for bundle, variant, count in rows:
        found.setdefault(bundle, {})[variant] = count
    return found


def is_assigned(variant: str) -> bool:
    """Whether a reader got the variant by the experiment: not held out, and not for want of a seed (D5)."""
    return variant != HOLDOUT and not variant.startswith(DEFAULT)
