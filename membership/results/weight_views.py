"""From what an experiment brought so far to weights in a draft, which is reviewed and published like any other."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from membership.accounts.models import User
from membership.errors import PromptsError
from membership.prompts.actions import save_revision
from membership.prompts.models import PromptCampaign
from membership.results.actions import propose_campaign_weights
from membership.results.selections import ResultsSelection
from payments.entities.queries import site_entity
from payments.periods import civil_date

# Weights go by the readers of four weeks, whatever the page shows: a narrower choice would favour its own readers.
_DAYS = 28


@require_POST
@permission_required("membership.edit_prompts", raise_exception=True)
def propose_weights(request: HttpRequest, campaign: str) -> HttpResponse:
    """Save the campaign's newest revision again with proposed weights, for somebody to review."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    found = get_object_or_404(PromptCampaign, key=campaign)
    entity = site_entity()
    if entity is None:
        raise Http404
    now = timezone.now()
    today = civil_date(now, entity.time_zone)
    selection = ResultsSelection(
        campaign, entity.slug, entity.time_zone, today - timedelta(days=_DAYS - 1), today
    )
    try:
        proposal = propose_campaign_weights(selection, seed=today.isoformat(), now=now)
        newest = found.revisions.order_by("-number")[0]
        save_revision(
            found,
            _weighted(newest.definition, proposal.weights),
            based_on=newest.number,
            by=request.user,
            now=now,
            note=f"Weights by what {_DAYS} days until {today} brought.",
        )
    except (PromptsError, ValueError) as error:
        messages.error(request, str(error))
        return redirect("membership:campaign_results", campaign)
    messages.success(request, "The proposed weights are in a revision that waits for a review.")
    return redirect("membership:prompt_campaign", campaign)


def _weighted(definition: dict[str, Any], weights: dict[str, int]) -> dict[str, Any]:
    """Return the definition with the weights that are proposed; a variant that is off stays off."""
    variants = [
        {**variant, "weight": weights.get(variant["id"], variant["weight"])}
        if variant["weight"]
        else variant
        for variant in definition["variants"]
    ]
    return {**definition, "variants": variants}
