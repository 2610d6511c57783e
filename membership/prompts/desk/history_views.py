"""The history of what was published, the way back to any of it, and the switch for all prompts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from membership.errors import PublishRefused
from membership.prompts.desk.access import editor, may_edit, may_publish
from membership.prompts.models import PromptBundle, PublicationKind
from membership.prompts.publishing import resume_prompts, roll_back, stop_prompts
from membership.prompts.queries import latest_publication, publications

_PAGE = 25


@require_safe
@never_cache
@may_edit
def history(request: HttpRequest) -> HttpResponse:
    """List what the pointer said, newest first."""
    page = Paginator(publications(), _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "latest": latest_publication()}
    return render(request, "membership/prompts/desk/history.html", context)


@require_POST
@may_publish
def roll_prompts_back(request: HttpRequest, sha256: str) -> HttpResponse:
    """Go back to an earlier bundle, in one step."""
    bundle = PromptBundle.objects.filter(sha256=sha256).first()
    if bundle is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        roll_back(bundle, by=editor(request), now=timezone.now(), reason=reason)
    except PublishRefused as error:
        for words in error.reasons:
            messages.error(request, words)
    else:
        messages.success(
            request, "Rolled back. It is on every page within half a minute, and prompts are on."
        )
    return redirect("membership:prompt_history")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_publish
def switch(request: HttpRequest) -> HttpResponse:
    """Stop every prompt, or switch them on again, after a page that says what will happen."""
    if request.method == "POST":
        return _switch(request)
    latest = latest_publication()
    is_off = latest is not None and latest.kind == PublicationKind.KILL
    context = {"latest": latest, "is_off": is_off}
    return render(request, "membership/prompts/desk/switch.html", context)


def _switch(request: HttpRequest) -> HttpResponse:
    act = {"off": stop_prompts, "on": resume_prompts}.get(request.POST.get("to", ""))
    if act is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        act(by=editor(request), now=timezone.now(), reason=reason)
    except PublishRefused as error:
        for words in error.reasons:
            messages.error(request, words)
    else:
        is_off = act is stop_prompts
        words = "off: within half a minute no page shows one" if is_off else "on again"
        messages.success(request, f"Prompts are {words}.")
    return redirect("membership:prompt_switch")
