"""The pages behind the links of a reminder's letters: GET shows, POST acts, nobody signs in."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from membership.errors import LinkExpired, LinkUnknown
from membership.letters.wished import stop_url
from membership.reminders.actions import confirm_reminder, stop_reminder
from membership.reminders.models import ReminderState
from membership.reminders.months import month_name
from membership.reminders.queries import find_reminder
from membership.supporters.links import LinkPurpose, read_link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on POST confirm the reminder; it may be opened again, and says then what stands."""
    now = timezone.now()
    try:
        reference = _subject(token, LinkPurpose.CONFIRM_REMINDER)
    except LinkExpired:
        return _gone(request)
    if request.method == "POST":
        confirm_reminder(reference, now=now)
    reminder = find_reminder(reference, now=now)
    if reminder is None:
        return _gone(request)
    context = {
        "reminder": reminder,
        "entity": reminder.campaign.entity,
        "month": month_name(reminder.month, reminder.locale),
        "is_confirmed": reminder.state != ReminderState.WAITING,
        "stop_url": stop_url(reminder.reference, since=now),
    }
    return _private(render(request, "membership/reminders/confirm.html", context))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on POST forget the reminder and its address. Safe to repeat.

    Mailbox providers post to it by themselves when a reader presses their button (RFC 8058): without cookie, session or
    CSRF token. The signed address is what proves that it is the reader's wish.
    """
    try:
        reference = _subject(token, LinkPurpose.STOP_REMINDER)
    except LinkExpired:
        return _gone(request)
    if request.method == "POST":
        stop_reminder(reference)
    is_done = request.method == "POST"
    return _private(render(request, "membership/reminders/stop.html", {"is_done": is_done}))


def _subject(token: str, purpose: LinkPurpose) -> UUID:
    try:
        return read_link(token, purpose, now=timezone.now())
    except LinkUnknown as error:
        raise Http404("We did not make this link.") from error


def _gone(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "membership/reminders/gone.html", status=410))


def _private(response: HttpResponse) -> HttpResponse:
    # The address itself is the key: no other site and no search engine is to learn it.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
