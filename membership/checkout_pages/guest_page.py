"""The donation page as a guest opens it: one drawing for all who see the same."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from membership.checkout_pages.currencies import shown_currency
from membership.checkout_pages.forms import DonationForm
from membership.checkout_pages.kept import Kept
from membership.checkout_pages.offer import Offer
from membership.checkout_pages.page import DonationPage
from membership.checkout_pages.prefill import attribution_code, prefill

# What stands in a kept drawing where each reader has a value of their own.
_FORM_KEY = "READERS-FORM-KEY"
_CODE = "READERS-CODE"

# Our codes are made of these, so that one can be put into an attribute and into an address as it
# is.
_SAFE_CODE = re.compile(r"[A-Za-z0-9_.:=-]*")
_CHOICES = ("amount", "currency", "frequency")
_LONGEST_CHOICE = 20

drawings: Kept[str] = Kept(most=300)


def can_share(request: HttpRequest) -> bool:
    """Say whether nothing on the page would be this reader's own but the token and the code."""
    is_stranger = not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    is_plain = "resume" not in request.GET and all(
        len(request.GET.get(name, "")) <= _LONGEST_CHOICE for name in _CHOICES
    )
    return is_stranger and is_plain


def guest_page(request: HttpRequest, offer: Offer) -> HttpResponse:
    """Return the page with this reader's token and code put into the drawing that all share."""
    currency = shown_currency(request, offer, request.GET.get("currency", ""))
    choices = {name: request.GET[name] for name in _CHOICES if name in request.GET}
    key = (offer.campaign.pk, get_language(), currency, *sorted(choices.items()))
    html = drawings.get(key, lambda: _draw(request, offer, currency, choices))
    code = attribution_code(request.GET)
    code = code if _SAFE_CODE.fullmatch(code) else ""
    return HttpResponse(html.replace(_FORM_KEY, get_token(request)).replace(_CODE, code))


def _draw(request: HttpRequest, offer: Offer, currency: str, choices: dict[str, str]) -> str:
    filled = prefill({**choices, "code": _CODE}, offer, currency, giver=None, resumed=None)
    form = DonationForm(initial=filled.values, offer=offer, currency=currency)
    page = DonationPage(form, notices=filled.notices, asks_own_amount=filled.asks_own_amount)
    return page.draw(request, csrf_token=_FORM_KEY)
