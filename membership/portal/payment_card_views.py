"""Another card: to Stripe's hosted page and back, where what is open is paid at once."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from membership.portal.access import supporter_page
from membership.portal.outcomes import carry_out
from membership.portal.plans import summarise
from membership.portal.queries import own_plan, plan_named
from membership.supporters.models import Supporter
from payments.errors import GatewayRefused, GatewayUnavailable, InvalidTransition
from payments.models import (
    CardSession,
    CardSessionState,
    PlanCommandKind,
    PlanStatus,
    RecurringPlan,
)
from payments.plans.cards import finish_card_change, open_card_page, start_card_change
from payments.plans.changing import can_change
from payments.plans.commands import Voice

# In the browser's session: the hosted pages that it was sent to, and the page of ours to come back to.
_STARTED = "card_sessions"
_DONE = "Your card is changed. A confirmation is on its way by email."
_PAID = "Your card is changed, and the payment that was open is collected. A confirmation is on its way by email."
_DOWN = "Our payment provider does not answer. Nothing has changed; please try again in a minute."


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def plan_card(request: HttpRequest, supporter: Supporter, reference: UUID) -> HttpResponse:
    """Say what happens with a new card, and lead to the page that takes it."""
    plan = own_plan(supporter, reference)
    back = reverse("membership:my_support")
    return _card_page(request, plan, cause="my support", back=back, then=back)


def card_from_letter(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The same for someone who holds a letter's link and is not signed in; shows the amount and last4 only."""
    plan = plan_named(reference)
    if plan is None:
        raise Http404("The plan of this link is gone.")
    if "done" in request.GET and plan.status != PlanStatus.PAST_DUE:
        # Who has just mended it wants to read that all is well, not another form.
        return render(request, "membership/portal/plan_stopped.html", {"plan": summarise(plan)})
    return _card_page(
        request,
        plan,
        cause="a letter's link",
        back=request.path,
        then=f"{request.path}?done",
    )


@require_safe
@never_cache
def card_done(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Take up what was saved, for the browser that was sent to the page; for any other it does not exist."""
    then = request.session.get(_STARTED, {}).get(str(reference))
    session = CardSession.objects.select_related("plan").filter(reference=reference).first()
    if then is None or session is None:
        raise Http404("This browser was sent to no such page.")
    if session.state in (CardSessionState.OPEN, CardSessionState.SAVED):
        done = _PAID if session.plan.status == PlanStatus.PAST_DUE else _DONE
        return carry_out(request, session.plan, lambda: _take_up(session), done=done, then=then)
    return redirect(then)


def _take_up(session: CardSession) -> None:
    if finish_card_change(session, now=timezone.now()).state != CardSessionState.TAKEN:
        raise InvalidTransition("Nothing was saved on the page.")


def _card_page(
    request: HttpRequest, plan: RecurringPlan, *, cause: str, back: str, then: str
) -> HttpResponse:
    if not can_change(plan, PlanCommandKind.CARD):
        return render(request, "membership/portal/plan_stopped.html", {"plan": summarise(plan)})
    if request.method == "POST":
        return _to_hosted_page(request, plan, cause=cause, back=back, then=then)
    context = {"plan": summarise(plan), "back": back}
    return render(request, "membership/portal/plan_card.html", context)


def _to_hosted_page(
    request: HttpRequest, plan: RecurringPlan, *, cause: str, back: str, then: str
) -> HttpResponse:
    session = start_card_change(plan.pk, voice=Voice(cause), now=timezone.now())
    request.session[_STARTED] = {
        **request.session.get(_STARTED, {}),
        str(session.reference): then,
    }
    done = settings.SITE_URL + reverse("membership:card_done", args=[session.reference])
    try:
        url = open_card_page(
            session,
            success_url=done,
            cancel_url=settings.SITE_URL + back,
            locale=get_language() or "",
        )
    except (GatewayUnavailable, GatewayRefused):
        messages.error(request, _DOWN)
        return redirect(back)
    return redirect(url)
