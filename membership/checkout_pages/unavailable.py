"""What stands in the place of a donation page that cannot be shown, or not just now."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from membership.checkout_pages.queries import announced_campaign
from payments.campaigns.queries import open_campaigns
from payments.errors import CampaignNotYetOpen, TooManyAttempts
from payments.templatetags.money import babel_locale

_MOST_OTHERS = 3


def unknown_campaign(request: HttpRequest, *, now: datetime) -> HttpResponse:
    return _unavailable(request, "unknown", now=now, status=404)


def ended_campaign(request: HttpRequest, *, now: datetime) -> HttpResponse:
    return _unavailable(request, "ended", now=now, status=410)


def announced(
    request: HttpRequest, slug: str, error: CampaignNotYetOpen, *, now: datetime
) -> HttpResponse:
    """Say when the campaign opens, on the clock of the newspaper that opens it."""
    campaign = announced_campaign(slug)
    opens = opening(error.opens_at, campaign.entity.time_zone)
    extra = {"announced": campaign, "opens": opens}
    return _unavailable(request, "announced", now=now, status=404, **extra)


def too_many_attempts(request: HttpRequest, error: TooManyAttempts) -> HttpResponse:
    response = render(request, "429.html", {"minutes": -(-error.retry_after // 60)}, status=429)
    response["Retry-After"] = str(error.retry_after)
    return response


def opening(instant: datetime, zone: str) -> str:
    """Return a day and time as a reader of the active language writes it, with its zone: 3 December 2026, 09:00 GMT."""
    local = instant.astimezone(ZoneInfo(zone))
    day = format_date(local, "long", locale=babel_locale())
    return f"{day}, {format_time(local, 'short', locale=babel_locale())} {local.tzname()}"


def _unavailable(
    request: HttpRequest, page: str, *, now: datetime, status: int, **extra: object
) -> HttpResponse:
    context = {"campaigns": open_campaigns(now=now)[:_MOST_OTHERS], **extra}
    return render(request, f"membership/checkout_pages/{page}.html", context, status=status)
