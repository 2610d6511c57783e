"""The pages behind the links in letters: GET shows, POST acts, nobody signs in."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from membership.errors import LinkExpired, LinkUnknown
from membership.portal.confirm_views import confirm_from_letter
from membership.portal.payment_card_views import card_from_letter
from membership.portal.restart_views import restart_from_letter
from membership.portal.stop_views import stop_from_letter
from membership.portal.upgrade_views import upgrade_from_letter
from membership.supporters.links import LinkPurpose, read_link

# What a purpose's page is called with: the request and the subject's reference, which the link proves.
PAGES: dict[LinkPurpose, Callable[[HttpRequest, UUID], HttpResponse]] = {
    LinkPurpose.STOP: stop_from_letter,
    LinkPurpose.UPDATE_CARD: card_from_letter,
    LinkPurpose.CONFIRM_PAYMENT: confirm_from_letter,
    LinkPurpose.RESTART: restart_from_letter,
    LinkPurpose.UPGRADE: upgrade_from_letter,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    """Open a link's page; one that is past its day says so and leads to the sign-in."""
    if purpose not in PAGES:
        raise Http404("No link has this purpose.")
    known = LinkPurpose(purpose)
    try:
        subject = read_link(token, known, now=timezone.now())
    except LinkUnknown as error:
        raise Http404("We did not make this link.") from error
    except LinkExpired:
        return _private(render(request, "membership/portal/link_expired.html", status=410))
    return _private(PAGES[known](request, subject))


def _private(response: HttpResponse) -> HttpResponse:
    # The address itself is the key: no other site and no search engine is to learn it.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
