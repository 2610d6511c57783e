"""The page that ends marketing mail: GET shows, POST acts, nobody signs in.

Mailbox providers post to it by themselves when a reader presses their button (RFC 8058): without cookie, session or
CSRF token. The signed address is what proves that it is the reader's wish.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from membership.errors import LinkExpired, LinkUnknown
from membership.letters.unsubscribing import withdraw_consents
from membership.supporters.links import LinkPurpose, read_link
from membership.supporters.models import Supporter


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on POST take back every consent to marketing mail. Safe to repeat."""
    now = timezone.now()
    try:
        reference = read_link(token, LinkPurpose.UNSUBSCRIBE, now=now)
    except (LinkUnknown, LinkExpired) as error:
        raise Http404("The link is none of ours, or too old.") from error
    supporter = get_object_or_404(
        Supporter.objects.select_related("merged_into"), reference=reference
    )
    if request.method == "POST":
        withdraw_consents(supporter.merged_into or supporter, source="unsubscribe", now=now)
    is_done = request.method == "POST"
    response = render(request, "membership/letters/unsubscribe.html", {"is_done": is_done})
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
