"""A recurring gift raised from a letter, without signing in: the link can do nothing else."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from membership.portal.outcomes import carry_out
from membership.portal.plans import summarise
from membership.portal.queries import plan_named
from membership.portal.upgrade_forms import UpgradeForm
from payments.plans.changing import can_change
from payments.plans.commands import Voice
from payments.plans.queries import command_awaited

VOICE = Voice("a letter's link")


def upgrade_from_letter(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show some higher amounts, then what will be charged when, then raise the gift.

    A gift that cannot be raised, or just was, is shown as it stands.
    """
    plan = plan_named(reference)
    if plan is None:
        raise Http404("The plan of this link is gone.")
    awaited = command_awaited(plan)
    summary = summarise(plan, open_command=awaited.kind if awaited else None)
    form = UpgradeForm(plan, timezone.now(), request.POST if request.method == "POST" else None)
    if awaited or not form.raises or not can_change(plan, form.kind) or "done" in request.GET:
        return render(request, "membership/portal/plan_stopped.html", {"plan": summary})
    context = {"form": form, "plan": summary, "change": "amount"}
    if not form.is_valid():
        return render(request, "membership/portal/plan_change.html", context)
    if request.POST.get("confirmed") != "yes":
        context["preview"] = form.preview()
        return render(request, "membership/portal/plan_confirm.html", context)
    return carry_out(
        request,
        plan,
        lambda: form.carry_out(VOICE),
        done=form.done,
        then=f"{request.path}?done",
    )
