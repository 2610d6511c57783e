from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from membership.accounts.models import normalise_email
from membership.checkout_pages.actions import begin_checkout
from membership.checkout_pages.browser import Browser, browser_of
from membership.checkout_pages.currencies import country_of, first_currency, shown_currency
from membership.checkout_pages.forms import DonationForm
from membership.checkout_pages.guest_page import can_share, guest_page
from membership.checkout_pages.offer import Offer
from membership.checkout_pages.page import DonationPage, SeeOther, thank_you_url
from membership.checkout_pages.prefill import prefill
from membership.checkout_pages.queries import (
    find_offer,
    giver_of,
    kept_offer,
    other_open_campaigns,
    resumable_checkout,
)
from membership.prompts.attribution import read_attribution
from membership.supporters.status_token import await_payment
from payments.addresses import client_address, network_of
from payments.campaigns.queries import fee_cover
from payments.checkouts.actions import CheckoutIntent
from payments.checkouts.limits import Attempt, count_attempt
from payments.errors import (
    AmountRefused,
    CampaignClosed,
    GatewayRefused,
    GatewayUnavailable,
    TooManyAttempts,
)
from payments.models import Campaign, Checkout, CheckoutStatus, Frequency
from payments.templatetags.money import active_locale


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def donate(request: HttpRequest, slug: str) -> HttpResponse:
    """The donation page: GET shows it, POST leads to Stripe's hosted page."""
    now = timezone.now()
    browser = browser_of(request)
    try:
        if request.method == "POST":
            response = _begin(request, find_offer(slug, now=now), browser, now)
        else:
            response = _show(request, kept_offer(slug, now=now), browser)
    except Campaign.DoesNotExist:
        return _unavailable(request, slug, status=404)
    except CampaignClosed:
        return _unavailable(request, slug, status=410)
    browser.remember(response)
    return response


def _show(request: HttpRequest, offer: Offer, browser: Browser) -> HttpResponse:
    if can_share(request):
        return guest_page(request, offer)
    resumed = _resumed(request, offer, browser)
    wanted = resumed.currency if resumed else request.GET.get("currency", "")
    currency = shown_currency(request, offer, wanted)
    filled = prefill(
        request.GET.dict(), offer, currency, giver=giver_of(request.user), resumed=resumed
    )
    form = DonationForm(initial=filled.values, offer=offer, currency=currency)
    return DonationPage(form, notices=filled.notices).render(request)


def _resumed(request: HttpRequest, offer: Offer, browser: Browser) -> Checkout | None:
    try:
        reference = UUID(request.GET["resume"])
    except (KeyError, ValueError):
        return None
    return resumable_checkout(offer.campaign.slug, reference, browser)


def _begin(request: HttpRequest, offer: Offer, browser: Browser, now: datetime) -> HttpResponse:
    posted = request.POST.get("currency", "")
    currency = posted if offer.takes(posted) else first_currency(request, offer)
    form = DonationForm(request.POST, offer=offer, currency=currency)
    if not form.is_valid():
        return DonationPage(form).render(request, status=422)
    try:
        _count(request, form, browser)
        intent = _intent(request, form, browser)
        checkout = begin_checkout(intent, consents=form.granted_consents, now=now)
    except (AmountRefused, GatewayRefused) as error:
        _refuse(form, error)
        return DonationPage(form).render(request, status=422)
    except TooManyAttempts as error:
        return _too_many_attempts(request, error)
    except GatewayUnavailable:
        return DonationPage(form, is_gateway_down=True).render(request, status=503)
    await_payment(request, checkout)
    if checkout.status == CheckoutStatus.COMPLETED:
        return SeeOther(thank_you_url(checkout))
    return SeeOther(checkout.url)


def _refuse(form: DonationForm, error: AmountRefused | GatewayRefused) -> None:
    """Say beside its field what cannot be taken; a refusal that is about none of them stays an error."""
    if isinstance(error, AmountRefused):
        form.refuse_amount(error)
    elif error.parameter == "customer_email":
        form.refuse_email()
    else:
        raise error


def _count(request: HttpRequest, form: DonationForm, browser: Browser) -> None:
    address = client_address(request)
    count_attempt(
        Attempt(
            browser_session=browser.session,
            email=form.cleaned_data["email"],
            address=address,
            network=network_of(address),
        )
    )


def _intent(request: HttpRequest, form: DonationForm, browser: Browser) -> CheckoutIntent:
    chosen = form.cleaned_data
    amount = chosen["amount"]
    giver = giver_of(request.user)
    # Someone signed in who types another address gives as a guest: the gift is that address's.
    is_own_address = giver and normalise_email(chosen["email"]) == giver.email
    terms = form.offer.terms(form.currency)
    return CheckoutIntent(
        campaign=form.offer.campaign,
        frequency=Frequency(chosen["frequency"]),
        currency=form.currency,
        amount=amount,
        fee_cover=fee_cover(amount, terms) if chosen["cover_fee"] else 0,
        email=chosen["email"],
        name=chosen["name"],
        country=country_of(request),
        locale=active_locale(),
        browser_session=browser.session,
        attribution=read_attribution(chosen["code"]),
        party=giver.party if giver and is_own_address else None,
    )


def _unavailable(request: HttpRequest, slug: str, *, status: int) -> HttpResponse:
    context = {"is_closed": status == 410, "campaigns": other_open_campaigns(slug)}
    return render(request, "membership/checkout_pages/unavailable.html", context, status=status)


def _too_many_attempts(request: HttpRequest, error: TooManyAttempts) -> HttpResponse:
    response = render(request, "429.html", {"minutes": -(-error.retry_after // 60)}, status=429)
    response["Retry-After"] = str(error.retry_after)
    return response
