"""Stopping a standing gift, and keeping it after all."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from membership.portal.access import supporter_page
from membership.portal.outcomes import carry_out
from membership.portal.parting import PartingForm
from membership.portal.plans import ending_of, summarise
from membership.portal.queries import latest_payment, own_plan, plan_named
from membership.supporters.models import Supporter
from payments.models import PlanCommandKind, RecurringPlan
from payments.periods import civil_date
from payments.plans.changing import can_change
from payments.plans.queries import command_awaited
from payments.plans.stopping import keep_plan, stop_plan, way_to_stop

_CAUSE = "my support"
_LETTER = "a letter's link"
_DONE = "Your gift is stopped. A confirmation is on its way by email."


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def plan_stop(request: HttpRequest, supporter: Supporter, reference: UUID) -> HttpResponse:
    """Show what stopping means and when; the one button does it. A plan that is stopped already leads back."""
    plan = own_plan(supporter, reference)
    home = reverse("membership:my_support")
    if request.method == "POST":
        return _stop(request, plan, cause=_CAUSE, then=home)
    if way_to_stop(plan) is None:
        return redirect(home)
    return _show(request, plan, is_signed_in=True)


def stop_from_letter(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The same for someone who holds a letter's link and is not signed in; it ends on a page that says so."""
    plan = plan_named(reference)
    if plan is None:
        raise Http404("The plan of this link is gone.")
    if request.method == "POST":
        return _stop(request, plan, cause=_LETTER, then=request.path)
    awaited = command_awaited(plan)
    summary = summarise(plan, open_command=awaited.kind if awaited else None)
    if not summary.can_stop:
        return render(request, "membership/portal/plan_stopped.html", {"plan": summary})
    return _show(request, plan, is_signed_in=False)


@require_POST
@supporter_page
def plan_keep(request: HttpRequest, supporter: Supporter, reference: UUID) -> HttpResponse:
    """Take a stop back while the gift still runs."""
    plan = own_plan(supporter, reference)
    return carry_out(
        request,
        plan,
        lambda: keep_plan(plan.pk, cause=_CAUSE, now=timezone.now()),
        done="Thank you: your gift goes on. A confirmation is on its way by email.",
        then=reverse("membership:my_support"),
    )


def _stop(request: HttpRequest, plan: RecurringPlan, *, cause: str, then: str) -> HttpResponse:
    form = PartingForm(request.POST)
    reason, comment = form.said()
    return carry_out(
        request,
        plan,
        lambda: stop_plan(plan.pk, cause=cause, reason=reason, comment=comment, now=timezone.now()),
        done=_DONE,
        then=then,
    )


def _show(request: HttpRequest, plan: RecurringPlan, *, is_signed_in: bool) -> HttpResponse:
    payment = latest_payment(plan)
    paid_at = payment.succeeded_at if payment else None
    context = {
        "plan": summarise(plan),
        "ending": ending_of(plan),
        "payment": payment,
        "paid_on": civil_date(paid_at, plan.entity.time_zone) if paid_at else None,
        "parting": PartingForm(),
        # The one alternative. From a letter it needs signing in first, which the page says; stopping does not.
        "can_pause": can_change(plan, PlanCommandKind.PAUSE),
        "is_signed_in": is_signed_in,
    }
    return render(request, "membership/portal/plan_stop.html", context)
