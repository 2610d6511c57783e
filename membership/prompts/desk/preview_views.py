"""Looking at a prompt before readers do. There is no other way to see one that is not published."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from membership.prompts.desk.access import may_edit
from membership.prompts.desk.preview_form import PreviewForm
from membership.prompts.desk.previews import look_at, look_at_draft
from membership.prompts.models import PromptCampaign
from membership.prompts.parsing import parse_definition
from membership.prompts.queries import bundle_body, latest_publication

_LIVE = "live"


@require_safe
@never_cache
@may_edit
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Show any variant of a revision, or of what is live, as any reader in any country would see it."""
    now = timezone.now()
    campaign = get_object_or_404(PromptCampaign, key=key)
    revisions = {str(each.number): each for each in campaign.revisions.all()}
    latest = latest_publication()
    live = latest.bundle if latest else None
    sources = [(number, f"Revision {number}") for number in revisions]
    if live and key in live.manifest["campaigns"]:
        sources.append((_LIVE, "What readers get now"))
    asked = request.GET.get("source", "")
    chosen = revisions.get(asked, next(iter(revisions.values())))
    definition = parse_definition(chosen.definition)
    # Of every revision, since readers may have an earlier one.
    variants = dict.fromkeys(
        variant["id"] for each in revisions.values() for variant in each.definition["variants"]
    )
    first = definition.live_variants[0]
    data: dict[str, Any] = {
        "source": str(chosen.number),
        "variant": first.id,
        "edition": next(iter(first.copy)),
        "slot": definition.slots[0],
        "country": "",
        "device": "phone",
        "state": definition.states[0],
        **request.GET.dict(),
    }
    form = PreviewForm(data, sources=sources, variants=variants, slots=definition.slots)
    context: dict[str, Any] = {"campaign": campaign, "name": definition.name, "form": form}
    if not form.is_valid():
        return render(request, "membership/prompts/desk/preview.html", context, status=400)
    seen = form.cleaned_data
    if seen["source"] == _LIVE and live:
        looked = look_at(bundle_body(live.sha256) or b"", key, seen, now=now)
    else:
        looked = look_at_draft(key, definition, seen, now=now)
    context |= {"looked": looked, "device": seen["device"]}
    return render(request, "membership/prompts/desk/preview.html", context)
