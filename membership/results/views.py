"""The results desk: every campaign that readers met, and one campaign whole."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from membership.results.alarms import holdout_alarm
from membership.results.forms import ResultsForm
from membership.results.page import campaign_page
from membership.results.queries import campaign_summaries, counted_until, known_values
from payments.entities.queries import site_entity
from payments.periods import civil_date

_PERMISSION = "membership.view_results"
_DAYS = 28


@require_safe
@never_cache
@permission_required(_PERMISSION, raise_exception=True)
def results(request: HttpRequest) -> HttpResponse:
    """List the campaigns with what readers met of them in the last four weeks."""
    now = timezone.now()
    context = {
        "campaigns": campaign_summaries(since=now - timedelta(days=_DAYS)),
        "days": _DAYS,
        "alarm": holdout_alarm(now=now),
        "counted_until": counted_until(),
    }
    return render(request, "membership/results/results.html", context)


@require_safe
@never_cache
@permission_required(_PERMISSION, raise_exception=True)
def campaign_results(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show one campaign's results, those of the last four weeks where the address names no days.

    A key that no campaign has is shown like any other: its events were counted.
    """
    entity = site_entity()
    if entity is None:
        return render(request, "payments/finance/not_set_up.html")
    now = timezone.now()
    today = civil_date(now, entity.time_zone)
    form = ResultsForm(
        {
            "first": str(today - timedelta(days=_DAYS - 1)),
            "last": str(today),
            **request.GET.dict(),
        },
        campaign=campaign,
        entity=entity.slug,
        zone=entity.time_zone,
        known=known_values(campaign, Q()),
    )
    context: dict[str, object] = {"form": form, "campaign": campaign}
    if not form.is_valid():
        return render(request, "membership/results/campaign.html", context, status=400)
    page = campaign_page(form.selection, form.dimensions, now=now)
    context |= {
        "page": page,
        "entity": entity,
        "counted_until": counted_until(),
        "presets": _presets(today),
    }
    return render(request, "membership/results/campaign.html", context)


def _presets(today: date) -> list[tuple[str, str]]:
    """Return the usual periods as (words, query)."""
    return [
        (words, f"first={today - timedelta(days=days - 1)}&last={today}")
        for words, days in (("7 days", 7), ("28 days", 28), ("90 days", 90), ("A year", 365))
    ]
