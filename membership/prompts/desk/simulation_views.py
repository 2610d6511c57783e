"""What publishing would do, before anybody does it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from membership.errors import PublishRefused
from membership.prompts.desk.access import editor, may_edit
from membership.prompts.desk.publish_views import chosen_proposal
from membership.prompts.desk.words import refusal
from membership.prompts.models import PromptSimulation, SimulationState
from membership.prompts.simulating import SIZES, VIEWS, request_simulation
from membership.prompts.tasks import run_simulations
from payments.nudge import nudge


@require_POST
@may_edit
def simulate_choice(request: HttpRequest) -> HttpResponse:
    """Ask for a simulation of what is chosen."""
    now = timezone.now()
    proposal = chosen_proposal(request, now)
    choice = {"keys": sorted(proposal.keys), "takes_rules": proposal.takes_rules}
    try:
        found = request_simulation(
            proposal.draft, choice, by=editor(request), now=now, views=_views(request)
        )
    except PublishRefused as error:
        messages.error(request, str(error))
        return redirect("membership:prompt_publish")
    nudge(run_simulations)
    return redirect("membership:prompt_simulation", found.reference)


def _views(request: HttpRequest) -> int:
    chosen = {str(views): views for views in SIZES}
    return chosen.get(request.POST.get("views", ""), VIEWS)


@require_safe
@never_cache
@may_edit
def simulation(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show what a simulation found, in words and tables."""
    rows = PromptSimulation.objects.select_related("requested_by", "live").defer(
        "draft", "live__body"
    )
    found = get_object_or_404(rows, reference=reference)
    context: dict[str, Any] = {
        "simulation": found,
        "is_done": found.state == SimulationState.DONE,
        "has_failed": found.state == SimulationState.FAILED,
    }
    if found.result:
        context |= _printed(found.result, found.choice)
    return render(request, "membership/prompts/desk/simulation.html", context)


def _printed(result: Mapping[str, Any], choice: Mapping[str, Any]) -> dict[str, Any]:
    names: Mapping[str, str] = choice["names"]

    def name(key: str) -> str:
        return names.get(key, key) if key else "nothing"

    readers = result["readers"]
    return {
        "result": result,
        "asked_share": _share(result["asked"], readers),
        "asked_share_before": (
            _share(result["asked_before"], readers) if result["asked_before"] is not None else ""
        ),
        "each": f"{result['impressions'] / max(readers, 1):.2f}",
        "changed_share": _share(result["changed_views"], result["views"]),
        "campaigns": [
            {**row, "name": name(row["key"]), "share": _share(row["reach"], readers)}
            for row in result["campaigns"]
        ],
        "starved": [
            (name(key), "; ".join(f"{refusal(why)} ({count})" for why, count in reasons))
            for key, reasons in result["starved"].items()
        ],
        "together": [(name(one), name(other), n) for one, other, n in result["together"]],
        "differences": [(name(old), name(new), n) for old, new, n in result["differences"]],
    }


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %"
