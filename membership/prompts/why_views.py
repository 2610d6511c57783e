"""Why a reader sees the prompts that they see, in plain words, and a pause from them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from membership.supporters.models import SupporterState
from membership.supporters.queries import reader_for
from membership.supporters.quieting import keep_quiet

PAUSES = (7, 30, 90)

_KNOWN = {
    SupporterState.ANONYMOUS: "No gift was made from this browser that we know of, and nobody is signed in.",
    SupporterState.REGISTERED: "You have an account with us, and no gift of yours that stands.",
    SupporterState.LAPSED: "You have supported us before, and do not at the moment.",
    SupporterState.ONE_OFF: "You made a gift within the last three months.",
    SupporterState.RECURRING: "You support us with a regular gift.",
    SupporterState.PAUSED: "Your regular gift is paused.",
    SupporterState.PAYMENT_FAILING: "A payment of your regular gift did not go through.",
    SupporterState.ENDING: "You have stopped your regular gift, and the time it paid for still runs.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def why(request: HttpRequest) -> HttpResponse:
    """Say what is known of the reader; POST keeps appeals away for one of PAUSES, in days.

    The trace of a decision comes in the address's fragment, which never reaches us.
    """
    now = timezone.now()
    if request.method == "POST":
        days = request.POST.get("days", "")
        if days in map(str, PAUSES):
            until = keep_quiet(request, days=int(days), now=now)
            day = date_format(timezone.localtime(until), "j F Y")
            messages.success(request, f"Nothing of ours asks you for money until {day}.")
        return redirect("membership:prompt_why")
    reader = reader_for(request)
    quiet_until = reader.quiet_until
    context = {
        "known": _KNOWN[reader.status.state],
        "quiet_until": quiet_until if quiet_until and quiet_until > now else None,
        "pauses": PAUSES,
    }
    return render(request, "membership/prompts/why.html", context)
