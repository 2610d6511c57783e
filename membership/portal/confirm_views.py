"""A payment that waits for its payer at the bank: from a letter to the hosted page of its invoice."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from membership.portal.plans import summarise
from membership.portal.queries import plan_named
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.plans.collecting import page_of_open_invoice

_DOWN = "Our payment provider does not answer. Please try again in a minute."
_SETTLED = "There is nothing left to confirm: this payment is settled or was given up."


def confirm_from_letter(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show what waits, the amount and last4 only; POST leads to the page on which the bank asks."""
    plan = plan_named(reference)
    if plan is None:
        raise Http404("The plan of this link is gone.")
    if request.method == "POST":
        try:
            url = page_of_open_invoice(plan)
        except (GatewayUnavailable, GatewayRefused):
            messages.error(request, _DOWN)
            return redirect(request.path)
        if url:
            return redirect(url)
        messages.info(request, _SETTLED)
        return redirect(request.path)
    context = {"plan": summarise(plan)}
    return render(request, "membership/portal/plan_confirm_payment.html", context)
