"""Where a supporter is signed in, and the way out of all other places."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from membership.accounts.browsers import end_other_sessions, sessions_of
from membership.accounts.models import User
from membership.portal.access import supporter_page
from membership.supporters.models import Supporter
from membership.supporters.revoking import end_all_tokens
from membership.supporters.status_token import grant_for_supporter


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def sessions(request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """List the browsers; POST signs out of all but this one."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("supporter_page lets only users in.")
    here = request.session.session_key
    if request.method == "POST":
        ended = end_other_sessions(user, but=here)
        # Their status tokens, and every copy of one, end with them; this browser gets a new one.
        end_all_tokens(supporter)
        grant_for_supporter(request, supporter)
        messages.success(request, f"Signed out elsewhere: {ended}.")
        return redirect("membership:sessions")
    rows = [{"session": each, "is_here": each.session_key == here} for each in sessions_of(user)]
    context = {"rows": rows, "has_others": any(not row["is_here"] for row in rows)}
    return render(request, "membership/portal/sessions.html", context)
