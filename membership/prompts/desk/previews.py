"""One campaign as one reader would get it, whether or not anybody gets it now."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from membership.prompts.current import Published
from membership.prompts.deciding import Decided
from membership.prompts.definitions import Definition, Schedule
from membership.prompts.desk.words import refusal
from membership.prompts.drafts import preview_draft
from membership.prompts.reader_contexts import context_of
from membership.prompts.rendering import PromptView, prompt_views
from membership.prompts.rules.bundle import Bundle, BundleRefused, parse_bundle
from membership.prompts.rules.context import Context, History, Page, Reader
from membership.prompts.rules.decision import SHOWN, SlotDecision, decide_page
from membership.prompts.rules.words import missing_values

_ARTICLES = 12


@dataclass(frozen=True, slots=True)
class Looked:
    """What a preview shows; `prompt` is None where there is nothing to show, and `remarks` say why, or who sees it."""

    prompt: PromptView | None
    remarks: tuple[str, ...]


def unscheduled(definition: Definition) -> Definition:
    """Return the definition as if it were shown all the time, so that one of next month can be looked at."""
    schedule = definition.schedule
    if schedule is None:
        return definition
    return replace(definition, schedule=Schedule(schedule.zone, countdown=schedule.countdown))


def look_at_draft(
    key: str, definition: Definition, seen: dict[str, Any], *, now: datetime
) -> Looked:
    """Return a campaign as `definition` says it, among what is released."""
    draft = preview_draft(key, unscheduled(definition), now=now)
    if key in draft.compiled.left_out:
        return Looked(None, (draft.compiled.left_out[key],))
    looked = look_at(draft.compiled.body, key, seen, now=now)
    about = tuple(each.words for each in draft.findings if each.campaign == key)
    return Looked(looked.prompt, tuple(dict.fromkeys((*looked.remarks, *about))))


def look_at(body: bytes, key: str, seen: dict[str, Any], *, now: datetime) -> Looked:
    """Return a campaign of a bundle as the reader whom `seen` describes would get it."""
    try:
        bundle = parse_bundle(body)
    except BundleRefused as error:
        return Looked(None, (str(error),))
    campaign = next((each for each in bundle.campaigns if each.id == key), None)
    variants = {each.id: each for each in campaign.live_variants} if campaign else {}
    variant = variants.get(seen["variant"])
    if campaign is None or variant is None:
        return Looked(None, ("This variant is not in it, or its weight is 0.",))
    if seen["edition"] not in variant.copy:
        return Looked(None, (f"It has no words in the {seen['edition'].upper()} edition.",))
    context = _context(seen, now)
    remarks = (_fate(bundle, context, key),)
    missing = missing_values(bundle, campaign, context)
    if missing:
        lacking = ", ".join(f"{{{name}}}" for name in missing)
        return Looked(None, (f"Nothing is shown: {lacking} has no value for this reader.",))
    shown = SlotDecision(seen["slot"], SHOWN, key, variant.id, variant.id)
    decided = Decided(Published("0" * 64, bundle), context, (shown,))
    return Looked(prompt_views(decided)[0], remarks)


def _context(seen: dict[str, Any], now: datetime) -> Context:
    page = Page(
        id="preview",
        edition=seen["edition"],
        section="news",
        tags=frozenset(),
        type="article",
        sensitive=False,
        opt_out=False,
        slots=(seen["slot"],),
    )
    reader = Reader(state=seen["state"], country=seen["country"], device=seen["device"])
    context = context_of(reader, page, now=now)
    today = context.now // 86_400
    return replace(context, history=History(((today, _ARTICLES),), arms={}))


def _fate(bundle: Bundle, context: Context, key: str) -> str:
    """Say what such a reader would get on a news article now."""
    (decision,) = decide_page(bundle, context)
    outcomes = dict(decision.trace)
    if decision.campaign == key:
        return "Such a reader would get this prompt on a news article now."
    if key in outcomes:
        return f"Such a reader would not get it on a news article now: {refusal(outcomes[key])}."
    if decision.campaign is not None:
        return f"Such a reader would get “{decision.campaign}” instead, which comes before it."
    return f"Such a reader would not get it on a news article now: {refusal(decision.reason)}."
