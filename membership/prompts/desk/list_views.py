"""The list of campaigns in the order in which they are decided."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from membership.errors import PromptsError
from membership.prompts.actions import restore_campaign, save_revision
from membership.prompts.desk.access import editor, may_edit
from membership.prompts.desk.ordering import priorities_after_move
from membership.prompts.desk.standing import standings
from membership.prompts.models import PromptCampaign
from membership.prompts.queries import latest_publication, waiting_rules
from membership.prompts.reading import Refused


@require_safe
@never_cache
@may_edit
def desk(request: HttpRequest) -> HttpResponse:
    """List the campaigns, what waits, and whether prompts are on."""
    now = timezone.now()
    rows = standings(now=now)
    context = {
        "rows": rows,
        "in_review": sum(row.waits_for_review for row in rows),
        "waiting": sum(row.may_be_published and row.ordered is None for row in rows),
        "rules_wait": waiting_rules() is not None,
        "latest": latest_publication(),
        "archived": PromptCampaign.objects.exclude(archived_at=None).order_by("key"),
    }
    return render(request, "membership/prompts/desk/list.html", context)


@require_POST
@may_edit
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Let a campaign change places with its neighbour; each changed priority is a revision to be reviewed."""
    is_up = request.POST.get("direction") == "up"
    now = timezone.now()
    rows = {row.key: row for row in standings(now=now)}
    if key not in rows:
        raise Http404
    ranked = [(row.priority, row.key) for row in rows.values()]
    changed = priorities_after_move(ranked, key, is_up=is_up)
    campaigns = {each.key: each for each in PromptCampaign.objects.filter(key__in=changed)}
    try:
        with transaction.atomic():
            for changed_key, priority in changed.items():
                row = rows[changed_key]
                written: Mapping[str, Any] = {**row.definition, "priority": priority}
                save_revision(
                    campaigns[changed_key],
                    written,
                    based_on=row.newest,
                    by=editor(request),
                    now=now,
                    note=f"Moved {rows[key].name} {'up' if is_up else 'down'}.",
                )
    except (PromptsError, Refused) as error:
        messages.error(request, str(error))
        return redirect("membership:prompts_desk")
    if changed:
        names = ", ".join(rows[each].name for each in changed)
        messages.success(
            request, f"The new order waits for review and publication: {names} changed."
        )
    return redirect("membership:prompts_desk")


@require_POST
@may_edit
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Put an archived campaign back on the list."""
    campaign = PromptCampaign.objects.filter(key=key).first()
    if campaign is None:
        raise Http404
    restore_campaign(campaign)
    messages.success(request, f"“{key}” is on the list again.")
    return redirect("membership:prompt_campaign", key)
