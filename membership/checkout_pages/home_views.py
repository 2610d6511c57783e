from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from payments.campaigns.queries import open_campaigns


@require_safe
@cache_control(private=True, no_cache=True)
def home(request: HttpRequest) -> HttpResponse:
    """Where the newspaper's name leads: to the one open campaign, or to a choice of them."""
    campaigns = open_campaigns(now=timezone.now())
    if len(campaigns) == 1:
        return redirect("membership:donate", campaigns[0].slug)
    return render(request, "membership/checkout_pages/home.html", {"campaigns": campaigns})


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponseRedirect:
    """Answer browsers that ask for an icon at its oldest address, whatever the page names."""
    return HttpResponseRedirect(static("membership/icon.svg"))
