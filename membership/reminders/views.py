"""The form of a reminder, and the page that says to look into the mailbox; nobody signs in."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from membership.errors import TooManyReminders
from membership.reminders.actions import ask_for_reminder
from membership.reminders.forms import ReminderForm
from membership.reminders.limits import count_wish
from membership.reminders.months import months_ahead
from payments.addresses import client_address
from payments.campaigns.queries import open_campaign
from payments.errors import CampaignClosed, CampaignNotYetOpen
from payments.models import Campaign
from payments.periods import civil_date
from payments.templatetags.money import active_locale

_MONTH = re.compile(r"\d{4}-\d\d")


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask in which month to write and where; POST writes the letter that asks whose address it is.

    A prompt may name the month: `?month=2027-05`.
    """
    now = timezone.now()
    campaign = _campaign_or_404(slug)
    months = months_ahead(civil_date(now, campaign.entity.time_zone))
    locale = active_locale()
    if request.method != "POST":
        wanted = request.GET.get("month", "")
        initial = {"month": wanted if _MONTH.fullmatch(wanted) else ""}
        form = ReminderForm(months=months, locale=locale, initial=initial)
        return _form(request, campaign, form)
    form = ReminderForm(request.POST, months=months, locale=locale)
    if not form.is_valid():
        return _form(request, campaign, form, status=422)
    chosen = form.cleaned_data
    try:
        count_wish(email=chosen["email"], address=client_address(request))
    except TooManyReminders as error:
        form.add_error(None if error.is_address else "email", _words_for(error))
        response = _form(request, campaign, form, status=429)
        response["Retry-After"] = str(error.retry_after)
        return response
    ask_for_reminder(campaign, email=chosen["email"], month=chosen["month"], locale=locale, now=now)
    return redirect("membership:reminder_asked", slug=slug)


@require_safe
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that a letter waits in the mailbox; the address itself is nobody else's business, nor this page's."""
    return render(request, "membership/reminders/asked.html", {"campaign": _campaign_or_404(slug)})


def _form(
    request: HttpRequest, campaign: Campaign, form: ReminderForm, *, status: int = 200
) -> HttpResponse:
    context = {"campaign": campaign, "entity": campaign.entity, "form": form}
    return render(request, "membership/reminders/ask.html", context, status=status)


def _words_for(error: TooManyReminders) -> str:
    if error.is_address:
        minutes = -(-error.retry_after // 60)
        return f"Many reminders were asked for from here. Please try again in about {minutes} min."
    return (
        "We have written to this address several times in the last day. Please look into its mailbox, and among the "
        "unwanted mail, too."
    )


def _campaign_or_404(slug: str) -> Campaign:
    try:
        return open_campaign(slug, now=timezone.now())
    except (Campaign.DoesNotExist, CampaignClosed, CampaignNotYetOpen) as error:
        raise Http404("No campaign of this name takes gifts now.") from error
