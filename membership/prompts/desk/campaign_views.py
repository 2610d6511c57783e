"""One campaign: its words, its history, its reviews, and what may be done with it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from membership.errors import PromptsError, PublishRefused
from membership.prompts.actions import archive_campaign, review_revision
from membership.prompts.changes import describe_changes
from membership.prompts.desk.access import editor, may_edit, may_publish, may_review
from membership.prompts.desk.words import KINDS, LINKS, SLOTS, STATES, named, schedule_words
from membership.prompts.models import PromptCampaign, PromptRevision, ReviewVerdict
from membership.prompts.publishing import take_off
from membership.prompts.queries import ordered_releases, shown_revision


@require_safe
@never_cache
@may_edit
def campaign(request: HttpRequest, key: str) -> HttpResponse:
    """Show a campaign by its newest revision, what that one changes, and every revision before."""
    now = timezone.now()
    found = get_object_or_404(PromptCampaign, key=key)
    revisions = list(found.revisions.select_related("author").prefetch_related("reviews__reviewer"))
    newest, shown = revisions[0], shown_revision(found, now=now)
    # What a reviewer compares with: what readers see, or else the revision before.
    before = shown or (revisions[1] if len(revisions) > 1 else None)
    definition = newest.definition
    reviews = list(newest.reviews.all())
    context = {
        "campaign": found,
        "newest": newest,
        "shown": shown,
        "before": before,
        "changes": describe_changes(before.definition if before else {}, definition),
        "revisions": revisions,
        "review": reviews[0] if reviews else None,
        "is_approved": bool(reviews) and reviews[0].verdict == ReviewVerdict.APPROVED,
        "is_author": newest.author_id == editor(request).pk,
        "ordered": [each for each in ordered_releases(now=now) if each.campaign_id == found.pk],
        "facts": [
            ("What it does", named(KINDS, [definition["kind"]])),
            ("Readers", named(STATES, definition["states"])),
            ("Places", named(SLOTS, definition["slots"])),
            ("Shown", schedule_words(definition)),
            ("Leads to", LINKS[definition.get("link", "")]),
            ("Priority", definition.get("priority", 0)),
        ],
    }
    return render(request, "membership/prompts/desk/campaign.html", context)


@require_POST
@may_review
def review(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Approve a revision, or send it back with a note."""
    revision = get_object_or_404(PromptRevision, campaign__key=key, number=number)
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "").strip()
    if verdict not in ReviewVerdict.values:
        raise Http404
    if verdict == ReviewVerdict.REFUSED and not note:
        messages.error(request, "Say in the note what should change, then send it back.")
        return redirect("membership:prompt_campaign", key)
    try:
        review_revision(
            revision,
            verdict=ReviewVerdict(verdict),
            by=editor(request),
            now=timezone.now(),
            note=note[:500],
        )
    except PromptsError as error:
        messages.error(request, str(error))
    else:
        is_approved = verdict == ReviewVerdict.APPROVED
        done = "approved" if is_approved else "sent back"
        messages.success(request, f"Revision {number} is {done}.")
    return redirect("membership:prompt_campaign", key)


@require_POST
@may_publish
def take_campaign_off(request: HttpRequest, key: str) -> HttpResponse:
    """Show a campaign to nobody any longer, at once."""
    found = get_object_or_404(PromptCampaign, key=key)
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        take_off(found, by=editor(request), now=timezone.now(), reason=reason)
    except PublishRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is off the air: within half a minute nobody sees it.")
    return redirect("membership:prompt_campaign", key)


@require_POST
@may_edit
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Take a campaign that nobody sees off the list."""
    found = get_object_or_404(PromptCampaign, key=key)
    try:
        archive_campaign(found, now=timezone.now())
    except PromptsError as error:
        messages.error(request, str(error))
        return redirect("membership:prompt_campaign", key)
    messages.success(request, f"“{key}” is in the archive. Its results stay.")
    return redirect("membership:prompts_desk")


@require_safe
@never_cache
@may_edit
def changes(request: HttpRequest, key: str) -> HttpResponse:
    """Tell any two revisions apart in words; `?from=` and `?to=` are their numbers."""
    found = get_object_or_404(PromptCampaign, key=key)
    revisions = list(found.revisions.select_related("author"))
    by_number = {str(each.number): each for each in revisions}
    last = revisions[1] if len(revisions) > 1 else revisions[0]
    before = by_number.get(request.GET.get("from", str(last.number)))
    after = by_number.get(request.GET.get("to", str(revisions[0].number)))
    if before is None or after is None:
        raise Http404
    context = {
        "campaign": found,
        "revisions": revisions,
        "before": before,
        "after": after,
        "changes": describe_changes(before.definition, after.definition),
    }
    return render(request, "membership/prompts/desk/changes.html", context)
