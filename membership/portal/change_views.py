"""The two steps of a change: say what is to be different, and confirm what will be charged when."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from membership.portal.access import supporter_page
from membership.portal.change_forms import FORMS
from membership.portal.outcomes import carry_out
from membership.portal.plans import summarise
from membership.portal.queries import own_plan
from membership.supporters.models import Supporter
from payments.plans.changing import can_change
from payments.plans.commands import Voice

VOICE = Voice("my support")


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def plan_change(
    request: HttpRequest, supporter: Supporter, reference: UUID, change: str
) -> HttpResponse:
    """Show a change's form, then its preview, then make it. A plan that does not take it leads back."""
    plan = own_plan(supporter, reference)
    if change not in FORMS:
        raise Http404("There is no such change.")
    if not can_change(plan, FORMS[change].kind):
        return redirect("membership:my_support")
    data = request.POST if request.method == "POST" else None
    form = FORMS[change](plan, timezone.now(), data)
    if not form.fields and data is None:
        form = FORMS[change](plan, timezone.now(), {})
    context = {"form": form, "plan": summarise(plan), "change": change}
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
        then=reverse("membership:my_support"),
    )
