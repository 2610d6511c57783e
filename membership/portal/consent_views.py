"""What we may write to a supporter about: to be seen and changed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from membership.portal.access import supporter_page
from membership.supporters.consent_texts import CONSENT_TEXTS
from membership.supporters.consenting import answers_of, record_answers
from membership.supporters.models import Supporter

_SOURCE = "my support"


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def consents(request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """Show a box for each purpose; POST records the answers that are new."""
    if request.method == "POST":
        granted = [asked.purpose for asked in CONSENT_TEXTS if asked.field in request.POST]
        record_answers(supporter, granted=granted, source=_SOURCE, now=timezone.now())
        messages.success(request, "Your answers are saved.")
        return redirect("membership:consents")
    held = answers_of(supporter)
    rows = [{"asked": asked, "answer": held.get(asked.purpose)} for asked in CONSENT_TEXTS]
    return render(request, "membership/portal/consents.html", {"rows": rows})
