"""The rules of the house: read, written and reviewed like a campaign."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from membership.errors import PromptsError, RevisionStale
from membership.prompts.actions import review_rules, save_rules
from membership.prompts.changes import describe_changes
from membership.prompts.defaults import RULES
from membership.prompts.desk.access import editor, may_edit, may_review
from membership.prompts.desk.campaign_form import SaveForm
from membership.prompts.desk.rules_form import RulesForm
from membership.prompts.models import PromptRelease, PromptRules, ReviewVerdict

_LISTED = 50


@require_safe
@never_cache
@may_edit
def rules(request: HttpRequest) -> HttpResponse:
    """Show every version of the rules, what the newest changes, and where it stands."""
    rows = PromptRules.objects.select_related("author").prefetch_related("reviews__reviewer")
    versions = list(rows[:_LISTED])
    begun = PromptRelease.objects.filter(
        rules__isnull=False, withdrawn_at=None, live_from__lte=timezone.now()
    ).select_related("rules")
    release = begun.order_by("-live_from", "-id").first()
    context: dict[str, Any] = {"versions": versions, "release": release}
    if versions:
        newest = versions[0]
        before = release.rules if release else (versions[1] if len(versions) > 1 else None)
        review_rows = list(newest.reviews.all())
        latest = review_rows[0] if review_rows else None
        context |= {
            "newest": newest,
            "before": before,
            "changes": describe_changes(before.rules if before else {}, newest.rules),
            "review": latest,
            "is_approved": bool(latest and latest.verdict == ReviewVerdict.APPROVED),
            "is_author": newest.author_id == editor(request).pk,
        }
    return render(request, "membership/prompts/desk/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_edit
def edit_rules(request: HttpRequest) -> HttpResponse:
    """Write another version of the rules."""
    newest = PromptRules.objects.first()
    number, written = (newest.number, newest.rules) if newest else (0, RULES)
    data = request.POST if request.method == "POST" else None
    form = RulesForm(written, data)
    save = SaveForm(data, initial={"based_on": number})
    context: dict[str, Any] = {"form": form, "save": save, "is_sent": data is not None}
    if data is not None and all([save.is_valid(), form.is_valid()]) and form.rules:
        try:
            saved = save_rules(
                form.rules.as_json(),
                based_on=save.cleaned_data["based_on"],
                by=editor(request),
                now=timezone.now(),
                note=save.cleaned_data["change"],
            )
        except RevisionStale as error:
            context |= _meanwhile(newest, save, error)
        else:
            messages.success(request, f"Version {saved.number} is there for somebody to review.")
            return redirect("membership:prompt_rules")
    is_refused = data is not None and "stale" not in context
    status = 400 if is_refused else 200
    return render(request, "membership/prompts/desk/rules_edit.html", context, status=status)


def _meanwhile(
    newest: PromptRules | None, save: SaveForm, error: RevisionStale
) -> Mapping[str, Any]:
    based_on = PromptRules.objects.filter(number=save.cleaned_data["based_on"]).first()
    after = newest.rules if newest else {}
    initial = {
        "based_on": newest.number if newest else 0,
        "change": save.cleaned_data["change"],
    }
    return {
        "stale": str(error),
        "meanwhile": describe_changes(based_on.rules if based_on else {}, after),
        "save": SaveForm(initial=initial),
    }


@require_POST
@may_review
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Approve a version of the rules, or send it back with a note."""
    found = get_object_or_404(PromptRules, number=number)
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "").strip()
    if verdict not in ReviewVerdict.values:
        raise Http404
    if verdict == ReviewVerdict.REFUSED and not note:
        messages.error(request, "Say in the note what should change, then send it back.")
        return redirect("membership:prompt_rules")
    try:
        review_rules(
            found,
            verdict=ReviewVerdict(verdict),
            by=editor(request),
            now=timezone.now(),
            note=note[:500],
        )
    except PromptsError as error:
        messages.error(request, str(error))
    else:
        done = "approved" if verdict == ReviewVerdict.APPROVED else "sent back"
        messages.success(request, f"Version {number} is {done}.")
    return redirect("membership:prompt_rules")
