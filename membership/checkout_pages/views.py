import logging
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from membership.checkout_pages.actions import begin_checkout
from membership.checkout_pages.browser import Browser, browser_of
from membership.checkout_pages.currencies import country_of, first_currency, shown_currency
from membership.checkout_pages.forms import DonationForm
from membership.checkout_pages.guest_page import can_share, guest_page
from membership.checkout_pages.offer import Offer
from membership.checkout_pages.page import DonationPage, SeeOther, thank_you_url
from membership.checkout_pages.prefill import prefill
from membership.checkout_pages.queries import (
    Giver,
    find_offer,
    giver_of,
    kept_offer,
    resumable_checkout,
)
from membership.checkout_pages.second_gift import gifts_to_confirm, standing_gifts
from membership.checkout_pages.switching import SWITCH, switched
from membership.checkout_pages.unavailable import (
    announced,
    ended_campaign,
    too_many_attempts,
    unknown_campaign,
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
    CampaignNotYetOpen,
    GatewayRefused,
    GatewayUnavailable,
    TooManyAttempts,
)
from payments.models import Campaign, Checkout, CheckoutStatus, Frequency
from payments.templatetags.money import active_locale

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def donate(request: HttpRequest, slug: str) -> HttpResponse:
    """The donation page: GET shows it, POST leads to Stripe's hosted page."""
    now = timezone.now()
    browser = browser_of(request)
    try:
        if SWITCH in request.POST:
            response = _switch(request, find_offer(slug, now=now))
        elif request.method == "POST":
            response = _begin(request, find_offer(slug, now=now), browser, now)
        else:
            response = _show(request, kept_offer(slug, now=now), browser)
    except Campaign.DoesNotExist:
        return unknown_campaign(request, now=now)
    except CampaignNotYetOpen as error:
        return announced(request, slug, error, now=now)
    except CampaignClosed:
        return ended_campaign(request, now=now)
    browser.remember(response)
    return response


def _show(request: HttpRequest, offer: Offer, browser: Browser) -> HttpResponse:
    if can_share(request):
        return guest_page(request, offer)
    resumed = _resumed(request, offer, browser)
    wanted = resumed.currency if resumed else request.GET.get("currency", "")
    currency = shown_currency(request, offer, wanted)
    giver = giver_of(request.user)
    filled = prefill(request.GET.dict(), offer, currency, giver=giver, resumed=resumed)
    form = DonationForm(initial=filled.values, offer=offer, currency=currency)
    page = DonationPage(
        form,
        notices=filled.notices,
        asks_own_amount=filled.asks_own_amount,
        standing=standing_gifts(giver),
    )
    return page.render(request)


def _switch(request: HttpRequest, offer: Offer) -> HttpResponse:
    currency = shown_currency(request, offer, request.POST[SWITCH])
    values = switched(request.POST, offer, currency)
    return DonationPage(DonationForm(initial=values, offer=offer, currency=currency)).render(
        request
    )


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
    giver = giver_of(request.user)
    if standing := gifts_to_confirm(form, giver):
        return DonationPage(form, standing=standing, asks_second=True).render(request)
    try:
        _count(request, form, browser)
        intent = _intent(request, form, browser, giver)
        checkout = begin_checkout(intent, consents=form.granted_consents, now=now)
    except AmountRefused as error:
        form.refuse_amount(error)
        return DonationPage(form).render(request, status=422)
    except TooManyAttempts as error:
        return too_many_attempts(request, error)
    except (GatewayUnavailable, GatewayRefused) as error:
        return _not_opened(request, form, error)
    await_payment(request, checkout)
    is_done = checkout.status == CheckoutStatus.COMPLETED
    return SeeOther(thank_you_url(checkout) if is_done else checkout.url)


def _not_opened(
    request: HttpRequest, form: DonationForm, error: GatewayUnavailable | GatewayRefused
) -> HttpResponse:
    """Show the form again, with what the reader can do about it: wait, or give another email.

    Any other refusal is ours to mend, so it is logged as an error.
    """
    if isinstance(error, GatewayUnavailable):
        return DonationPage(form, is_gateway_down=True).render(request, status=503)
    if error.parameter == "customer_email":
        form.refuse_email()
        return DonationPage(form).render(request, status=422)
    logger.error("Stripe refused to open a payment page: %s", error)
    return DonationPage(form, is_gateway_refusing=True).render(request, status=503)


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


def _intent(
    request: HttpRequest, form: DonationForm, browser: Browser, giver: Giver | None
) -> CheckoutIntent:
    chosen = form.cleaned_data
    amount = chosen["amount"]
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
        # Someone signed in who types another address gives as a guest: the gift is that address's.
        party=giver.party if giver and giver.owns(chosen["email"]) else None,
    )
