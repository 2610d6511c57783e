from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from membership.accounts.returns import way_back
from membership.checkout_pages.browser import browser_of
from membership.checkout_pages.outcomes import Outcome, result_of
from membership.checkout_pages.page import SeeOther, resume_url, thank_you_url
from membership.checkout_pages.queries import find_checkout
from membership.supporters.status_token import await_payment, grant_for_payment
from payments.models import Checkout, CheckoutStatus, Frequency, LegalEntity, Payment


@never_cache
@require_safe
def thank_you(request: HttpRequest, slug: str, reference: UUID) -> HttpResponse:
    """Where Stripe sends a payer: it reads the rows, so it may be opened and reloaded at any time."""
    checkout = _checkout_or_404(slug, reference)
    result = result_of(checkout)
    is_own = browser_of(request).session == checkout.browser_session
    if result.outcome is Outcome.SETTLED and result.payment and is_own:
        grant_for_payment(request, result.payment)
    elif result.outcome in _QUIET_WHILE and is_own:
        quiet_until = timezone.now() + _QUIET_WHILE[result.outcome]
        await_payment(request, checkout, quiet_until=quiet_until)
    context = {
        "checkout": checkout,
        "payment": result.payment,
        "campaign": checkout.campaign,
        "entity": checkout.campaign.entity,
        "is_own": is_own,
        "is_recurring": checkout.frequency != Frequency.ONCE,
        "every": _EVERY[Frequency(checkout.frequency)],
        "descriptor": _descriptor(result.payment, checkout.campaign.entity),
        "again_url": resume_url(checkout, is_own=is_own),
        "article_url": _article_url(checkout, is_own=is_own),
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': reverse('membership:my_support')})}",
    }
    return render(request, _PAGES[result.outcome], context)


# How long a payer who came back is not asked while their money is under way; bank debits take days.
_QUIET_WHILE = {Outcome.CONFIRMING: timedelta(days=1), Outcome.PROCESSING: timedelta(days=14)}

# How a recurring gift goes on.
_EVERY = {Frequency.ONCE: "", Frequency.MONTHLY: "every month", Frequency.YEARLY: "every year"}

_PAGES = {outcome: f"membership/checkout_pages/{outcome.value}.html" for outcome in Outcome}


@never_cache
@require_safe
def payment_state(request: HttpRequest, slug: str, reference: UUID) -> JsonResponse:
    """The one word for which the waiting thank-you page asks; nothing personal."""
    checkout = _checkout_or_404(slug, reference)
    return JsonResponse({"state": result_of(checkout).outcome.value})


@never_cache
@require_safe
def cancelled(request: HttpRequest, slug: str, reference: UUID) -> HttpResponse:
    """Where Stripe sends a reader who turned back: nothing was charged and nothing is lost."""
    checkout = _checkout_or_404(slug, reference)
    if result_of(checkout).outcome in {Outcome.SETTLED, Outcome.PROCESSING}:
        return SeeOther(thank_you_url(checkout))
    is_own = browser_of(request).session == checkout.browser_session
    is_open = checkout.status == CheckoutStatus.OPEN and checkout.expires_at > timezone.now()
    context = {
        "checkout": checkout,
        "campaign": checkout.campaign,
        "entity": checkout.campaign.entity,
        "is_own": is_own,
        "is_open": is_open,
        "again_url": resume_url(checkout, is_own=is_own),
        "article_url": _article_url(checkout, is_own=is_own),
    }
    return render(request, "membership/checkout_pages/cancelled.html", context)


def _article_url(checkout: Checkout, *, is_own: bool) -> str:
    """Return where the reader came from; what somebody read is nobody else's business."""
    return way_back(checkout.attribution) if is_own else ""


def _descriptor(payment: Payment | None, entity: LegalEntity) -> str:
    """Return what the bank statement will say: the charge's own words once they are known."""
    return (payment.statement_descriptor if payment else "") or entity.statement_descriptor


def _checkout_or_404(slug: str, reference: UUID) -> Checkout:
    try:
        return find_checkout(slug, reference)
    except Checkout.DoesNotExist:
        raise Http404 from None
