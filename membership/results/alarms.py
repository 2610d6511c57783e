"""What is broken rather than good or bad: no comparison is worth anything before it is mended."""

from datetime import datetime, timedelta

from django.db.models import Q, Sum

from membership.results.counts import DEFAULT, HOLDOUT
from membership.results.experiments import campaign_names, holdout_ppm
from membership.results.models import EventType, HourlyCount
from membership.results.progress import Progress

_LATELY = timedelta(days=7)
# With 3 % held out, none of so many readers is a chance of one in four million.
_ENOUGH = 500


def holdout_alarm(*, now: datetime) -> str:
    """Return the sentence that nobody is held out from asks although somebody should be; empty where all is well.

    Without readers whom nobody asks, it cannot be known what asking does.
    """
    ppm = holdout_ppm()
    if ppm == 0:
        return (
            "The rules hold nobody out from asks (0 of a million readers), so nobody can tell what asking does. "
            "Two to five in a hundred is usual."
        )
    asks = [key for key, (_, kind) in campaign_names().items() if kind == "ask"]
    reached = HourlyCount.objects.filter(
        campaign__in=asks, type=EventType.ELIGIBLE, first=True, hour__gte=now - _LATELY
    ).aggregate(
        held=Sum("count", filter=Q(variant=HOLDOUT), default=0),
        all=Sum("count", filter=~Q(variant__startswith=DEFAULT), default=0),
    )
    if reached["held"] or reached["all"] < _ENOUGH:
        return ""
    return (
        f"Of the last {reached['all']:,} readers whom an ask was meant for, none was held out. "
        "Either the holdout is not published or its events do not arrive."
    )


def alarms_of(progress: Progress) -> list[str]:
    """Return what makes the campaign's comparison worthless, as sentences."""
    found = []
    if progress.ratio and progress.ratio.is_broken:
        parts = ", ".join(
            f"{variant} {count:,} instead of about {progress.ratio.expected[variant]:,.0f}"
            for variant, count in sorted(progress.ratio.counts.items())
        )
        found.append(
            f"Readers are not spread over the variants as their weights say: {parts}. "
            "Do not compare them before you know why."
        )
    if progress.holdout and progress.holdout.is_broken:
        held = progress.holdout.counts.get("holdout", 0)
        expected = progress.holdout.expected["holdout"]
        found.append(f"{held:,} readers were held out instead of about {expected:,.0f}.")
    return found
