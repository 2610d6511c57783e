"""The demo's own pages: where to begin, and the newspaper's articles."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from membership.checkout_pages.currencies import country_of
from membership.prompts.editions import EDITIONS as PROMPT_EDITIONS
from payments.models import Campaign, CampaignStatus
from tests.demo.front import put_in
from tests.demo.news_desk import EDITIONS, articles_of, find_article


def start(request: HttpRequest) -> HttpResponse:
    """Say what this demo is and where to go."""
    return render(
        request,
        "demo/start.html",
        {
            "editions": [(code, name, articles_of(code)) for code, name in EDITIONS.items()],
            "campaigns": Campaign.objects.filter(status=CampaignStatus.OPEN),
            "sandbox": settings.STRIPE_API_BASE,
        },
    )


def article(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    """Show an article as the newspaper's own site would, with the prompt in the middle of its text."""
    story = find_article(edition, slug)
    if story is None:
        raise Http404
    page = render(
        request,
        "demo/article.html",
        {
            "article": story,
            "country": country_of(request),
            "language": PROMPT_EDITIONS[edition].locale,
            "editions": EDITIONS.items(),
            "others": [other for other in articles_of(edition) if other.slug != slug],
            "today": timezone.now(),
        },
    )
    return put_in(request, page)
