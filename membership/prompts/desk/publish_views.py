"""Publishing what is approved, now or at a time to come."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from membership.errors import PublishRefused
from membership.prompts.desk.access import editor, may_publish
from membership.prompts.desk.proposals import Proposal, propose
from membership.prompts.desk.publish_form import PublishForm
from membership.prompts.desk.simulated import simulation_of
from membership.prompts.models import PromptRelease, SimulationState
from membership.prompts.publishing import publish, take_turns, withdraw_release
from membership.prompts.queries import latest_publication, ordered_releases
from membership.prompts.simulating import SIZES
from payments.entities.queries import site_entity


def chosen_proposal(request: HttpRequest, now: datetime) -> Proposal:
    """Return what the address or the form chooses (`with` for each campaign, `rules`); all that waits by default."""
    sent = request.POST if request.method == "POST" else request.GET
    if "chosen" not in sent:
        return propose(None, now=now)
    return propose(sent.getlist("with"), now=now, takes_rules="rules" in sent)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_publish
def publish_desk(request: HttpRequest) -> HttpResponse:
    """Show what would be published and what keeps it from that; publish it."""
    now = timezone.now()
    entity = site_entity()
    zone = entity.time_zone if entity else "UTC"
    data = request.POST if request.method == "POST" else None
    form = PublishForm(data, zone=zone)
    reasons: tuple[str, ...] = ()
    if data is not None and form.is_valid():
        try:
            words = _publish(request, form, now)
        except PublishRefused as error:
            reasons = error.reasons
        else:
            messages.success(request, words)
            return redirect("membership:prompt_history")
    proposal = chosen_proposal(request, now)
    simulation, is_same = simulation_of(proposal, now=now)
    context: dict[str, Any] = {
        "proposal": proposal,
        "form": form,
        "reasons": reasons or proposal.draft.reasons,
        "ordered": ordered_releases(now=now),
        "latest": latest_publication(),
        "simulation": simulation,
        "is_same": is_same,
        "sizes": SIZES.items(),
    }
    status = 400 if data is not None else 200
    return render(request, "membership/prompts/desk/publish.html", context, status=status)


@transaction.atomic
def _publish(request: HttpRequest, form: PublishForm, now: datetime) -> str:
    """Publish what was chosen and return what to say of it; raises PublishRefused."""
    take_turns()
    proposal = chosen_proposal(request, now)
    if proposal.is_empty:
        raise PublishRefused(["Choose something that is approved and waits."])
    simulation, is_same = simulation_of(proposal, now=now)
    if proposal.draft.reasons:
        raise PublishRefused(proposal.draft.reasons)
    if simulation is None or not is_same or simulation.state != SimulationState.DONE:
        raise PublishRefused(["Simulate exactly this choice first, and look at what it would do."])
    if simulation.refusals:
        raise PublishRefused(simulation.refusals)
    made = publish(
        by=editor(request),
        now=now,
        keys=proposal.keys,
        with_rules=proposal.takes_rules,
        live_from=form.cleaned_data["live_from"],
        reason=form.cleaned_data["reason"],
    )
    if made is not None:
        return "Published. It is on every page within half a minute."
    live_from = form.cleaned_data["live_from"]
    if live_from and live_from > now:
        return "Scheduled. It is checked again when its time comes."
    return "It waits until prompts are switched on again."


@require_POST
@may_publish
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what was scheduled and has not begun."""
    ordered = get_object_or_404(PromptRelease, pk=number)
    if withdraw_release(ordered, now=timezone.now()):
        messages.success(request, "Taken back: it will not begin.")
    else:
        messages.error(request, "It has begun or was taken back already.")
    return redirect("membership:prompt_publish")
