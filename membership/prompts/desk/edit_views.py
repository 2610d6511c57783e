"""Writing a campaign: new, a copy of another, or another revision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from membership.errors import KeyTaken, RevisionStale
from membership.prompts.actions import create_campaign, save_revision
from membership.prompts.changes import describe_changes
from membership.prompts.desk.access import editor, may_edit
from membership.prompts.desk.campaign_form import CampaignForm, SaveForm
from membership.prompts.desk.words import SLOTS
from membership.prompts.models import PromptCampaign, PromptRevision, PromptRules
from membership.prompts.placeholders import CATALOGUE
from membership.prompts.wording import dropped_markup
from payments.entities.queries import site_entity
from payments.models import Campaign

_BLANK: Mapping[str, Any] = {"kind": "ask", "states": ["anonymous"], "link": "donate"}


class KeyForm(forms.Form):
    """The name under which a new campaign is counted for ever."""

    key = forms.SlugField(
        label="Key",
        max_length=60,
        help_text="Small letters, digits and hyphens. Results are counted under it, so it never changes.",
        error_messages={
            "required": "Choose a key.",
            "invalid": "Small letters, digits and hyphens.",
        },
    )

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"]).lower()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_edit
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Write a new campaign, or begin with the words of another (`?from=`)."""
    begin = _newest(request.GET["from"]).definition if request.GET.get("from") else _BLANK
    form = _form(begin, request)
    data = request.POST if request.method == "POST" else None
    key = KeyForm(data)
    save = SaveForm(data, initial={"based_on": 0})
    is_sent = request.method == "POST" and "add_variant" not in request.POST
    if is_sent and all([key.is_valid(), save.is_valid(), form.is_valid()]) and form.definition:
        try:
            create_campaign(
                key.cleaned_data["key"],
                form.definition.as_json(),
                by=editor(request),
                now=timezone.now(),
                note=save.cleaned_data["change"],
            )
        except KeyTaken as error:
            key.add_error("key", str(error))
        else:
            _tell(request, form, "Saved. Somebody else can review it now.")
            return redirect("membership:prompt_campaign", key.cleaned_data["key"])
    context = {"form": form, "key_form": key, "save": save, "is_sent": is_sent}
    return _page(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_edit
def edit_campaign(request: HttpRequest, key: str) -> HttpResponse:
    """Write another revision; what somebody else saved meanwhile is shown before it is followed."""
    newest = _newest(key)
    form = _form(newest.definition, request)
    data = request.POST if request.method == "POST" else None
    save = SaveForm(data, initial={"based_on": newest.number})
    context: dict[str, Any] = {"form": form, "save": save, "campaign": newest.campaign}
    context["is_sent"] = is_sent = request.method == "POST" and "add_variant" not in request.POST
    if is_sent and all([save.is_valid(), form.is_valid()]) and form.definition:
        try:
            saved = save_revision(
                newest.campaign,
                form.definition.as_json(),
                based_on=save.cleaned_data["based_on"],
                by=editor(request),
                now=timezone.now(),
                note=save.cleaned_data["change"],
            )
        except RevisionStale as error:
            context |= _meanwhile(newest, save, error)
        else:
            is_new = saved.number != save.cleaned_data["based_on"]
            words = f"Revision {saved.number} is saved. Somebody else can review it now."
            _tell(request, form, words if is_new else "Nothing was changed, so nothing was saved.")
            return redirect("membership:prompt_campaign", key)
    return _page(request, context)


def _newest(key: str) -> PromptRevision:
    campaign = get_object_or_404(PromptCampaign, key=key)
    return campaign.revisions.select_related("campaign").order_by("-number")[0]


def _form(definition: Mapping[str, Any], request: HttpRequest) -> CampaignForm:
    rules = PromptRules.objects.order_by("-number").first()
    slots = [slot["id"] for slot in rules.rules["slots"]] if rules else list(SLOTS)
    offers = Campaign.objects.order_by("slug").values_list("slug", "title")
    if not definition.get("schedule") and (entity := site_entity()):
        definition = {**definition, "schedule": {"zone": entity.time_zone}}
    data = request.POST if request.method == "POST" else None
    return CampaignForm(definition, data, slots=slots, offers=offers)


def _meanwhile(newest: PromptRevision, save: SaveForm, error: RevisionStale) -> dict[str, Any]:
    """Return what somebody else changed meanwhile, and the form with which the next save follows theirs."""
    based_on = newest.campaign.revisions.filter(number=save.cleaned_data["based_on"]).first()
    changes = describe_changes(based_on.definition if based_on else {}, newest.definition)
    initial = {"based_on": newest.number, "change": save.cleaned_data["change"]}
    return {"stale": str(error), "meanwhile": changes, "save": SaveForm(initial=initial)}


def _tell(request: HttpRequest, form: CampaignForm, words: str) -> None:
    messages.success(request, words)
    for variant in form.variants:
        for name, typed in variant.cleaned_data.items():
            if name.endswith(("_body", "_plea")) and (dropped := dropped_markup(str(typed))):
                where = f"Variant {variant.cleaned_data['id']}, {variant[name].label.lower()}"
                messages.warning(request, f"{where}: {', '.join(dropped)} was taken out.")


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context["placeholders"] = CATALOGUE.values()
    form: CampaignForm = context["form"]
    context["variant_count"] = len(form.variants)
    is_refused = context["is_sent"] and "stale" not in context
    status = 400 if is_refused else 200
    return render(request, "membership/prompts/desk/edit.html", context, status=status)
