"""Stopping a standing gift, and keeping it after all."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from membership.portal.access import supporter_page
from membership.portal.plans import ending_of, summarise
from membership.portal.queries import latest_payment, plan_named, plan_of
from membership.supporters.models import Supporter
from payments.errors import (
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.models import RecurringPlan
from payments.periods import civil_date
from payments.plans.queries import command_awaited
from payments.plans.stopping import keep_plan, stop_plan, way_to_stop

logger = logging.getLogger(__name__)

_CAUSE = "my support"
_FAILED = "That did not work, and nothing has changed. Please write to us: the address is below."


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def plan_stop(request: HttpRequest, supporter: Supporter, reference: UUID) -> HttpResponse:
    """Show what stopping means and when; the one button does it. A plan that is stopped already leads back."""
    plan = _own(supporter, reference)
    if request.method == "POST":
        return _stop(request, plan, cause=_CAUSE, then=reverse("membership:my_support"))
    if way_to_stop(plan) is None:
        return redirect("membership:my_support")
    return _show(request, plan)


def stop_from_letter(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The same for someone who holds a letter's link and is not signed in; it ends on a page that says so."""
    plan = plan_named(reference)
    if plan is None:
        raise Http404("The plan of this link is gone.")
    if request.method == "POST":
        return _stop(request, plan, cause="a letter's link", then=request.path)
    awaited = command_awaited(plan)
    summary = summarise(plan, open_command=awaited.kind if awaited else None)
    if not summary.can_stop:
        return render(request, "membership/portal/plan_stopped.html", {"plan": summary})
    return _show(request, plan)


def _show(request: HttpRequest, plan: RecurringPlan) -> HttpResponse:
    payment = latest_payment(plan)
    paid_at = payment.succeeded_at if payment else None
    context = {
        "plan": summarise(plan),
        "ending": ending_of(plan),
        "payment": payment,
        "paid_on": civil_date(paid_at, plan.entity.time_zone) if paid_at else None,
    }
    return render(request, "membership/portal/plan_stop.html", context)


@require_POST
@supporter_page
def plan_keep(request: HttpRequest, supporter: Supporter, reference: UUID) -> HttpResponse:
    """Take a stop back while the gift still runs."""
    return _carry_out(
        request,
        _own(supporter, reference),
        keep_plan,
        cause=_CAUSE,
        done="Thank you: your gift goes on. A confirmation is on its way by email.",
        then=reverse("membership:my_support"),
    )


def _stop(request: HttpRequest, plan: RecurringPlan, *, cause: str, then: str) -> HttpResponse:
    done = "Your gift is stopped. A confirmation is on its way by email."
    return _carry_out(request, plan, stop_plan, cause=cause, done=done, then=then)


def _carry_out(  # noqa: PLR0913  what to do, at whose word, and what to say
    request: HttpRequest,
    plan: RecurringPlan,
    command: Callable[..., RecurringPlan],
    *,
    cause: str,
    done: str,
    then: str,
) -> HttpResponse:
    """Do it and lead to the page that shows how the plan stands now."""
    try:
        command(plan.pk, cause=cause, now=timezone.now())
    except InvalidTransition:
        # Sent twice, or from a page that was open for long.
        logger.info("Plan %s is not as the page showed it.", plan)
    except (GatewayUnavailable, GatewayUnauthorised) as error:
        # The wish is written down; the card of the plan says that it is being passed on.
        logger.warning("The command to plan %s waits for Stripe: %s", plan, error)
    except GatewayRefused:
        logger.exception("Stripe refused what the supporter of plan %s wanted.", plan)
        messages.error(request, _FAILED)
    else:
        messages.success(request, done)
    return redirect(then)


def _own(supporter: Supporter, reference: UUID) -> RecurringPlan:
    plan = plan_of(supporter, reference)
    if plan is None:
        raise Http404("No such plan of this supporter.")
    return plan
