"""Which prompts a page view shows, and why: the reference that every other evaluator is held to."""

from collections.abc import Callable
from dataclasses import dataclass

from membership.prompts.rules import frequency, targeting, words
from membership.prompts.rules.assignment import HOLDOUT, assign, is_held_out
from membership.prompts.rules.audiences import ASKABLE, ASKING, Kind, ReaderState, effective_state
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign
from membership.prompts.rules.context import Context
from membership.prompts.rules.parts import Slot

SHOWN = "shown"
NOTHING_FITS = "nothing_fits"
UNKNOWN_SLOT = "slot_is_known"

# A browser's clock may be this many seconds behind ours before a new bundle is one of the future.
CLOCK_SKEW = 300


@dataclass(frozen=True, slots=True)
class SlotDecision:
    """What one slot shows. `reason` is "shown", or what kept it empty; the trace ends with the chosen campaign."""

    slot: str
    reason: str
    campaign: str | None = None
    variant: str | None = None
    arm: str | None = None
    held: str | None = None  # The campaign that a reader of the holdout did not see.
    trace: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the decision as both evaluators write it."""
        return {
            "slot": self.slot,
            "campaign": self.campaign,
            "variant": self.variant,
            "arm": self.arm,
            "reason": self.reason,
            "held": self.held,
            "trace": [list(step) for step in self.trace],
        }


@dataclass(frozen=True, slots=True)
class Question:
    """One campaign for one slot of one page view: shall it be shown?"""

    bundle: Bundle
    campaign: Campaign
    slot: Slot
    context: Context
    state: ReaderState
    is_asked_already: bool  # On this page, in a slot before.

    @property
    def is_asking(self) -> bool:
        return self.campaign.kind in ASKING


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of showing a prompt, with the name by which its refusal is explained."""

    id: str
    test: Callable[[Question], bool]


@dataclass(frozen=True, slots=True)
class PageFilter:
    """One condition of showing anything at all on a page."""

    id: str
    test: Callable[[Bundle, Context], bool]


PAGE_FILTERS = (
    PageFilter("bundle_is_current", lambda b, c: b.at - CLOCK_SKEW <= c.now < b.until),
    PageFilter("page_takes_prompts", lambda _, c: not c.page.opt_out),
    PageFilter("page_is_not_sensitive", lambda _, c: not c.page.sensitive),
    PageFilter("edition_is_known", lambda b, c: c.page.edition in b.editions),
)

# In order: who is never asked, then what was meant for whom, then the reader's peace, then the words.
FILTERS = (
    # A bundle with an ask for supporters is refused already; this holds whatever a bundle says.
    Filter("supporters_are_not_asked", lambda q: q.campaign.kind != Kind.ASK or q.state in ASKABLE),
    Filter("is_scheduled", lambda q: targeting.is_scheduled(q.campaign, q.context.now)),
    Filter("state", lambda q: q.state in q.campaign.states),
    Filter(
        "quiet_time_is_over", lambda q: not q.is_asking or not frequency.is_left_alone(q.context)
    ),
    Filter("signed_in", lambda q: q.campaign.signed_in in (None, q.context.reader.signed_in)),
    Filter("country", lambda q: targeting.accepts(q.campaign.countries, q.context.reader.country)),
    Filter("region", lambda q: targeting.accepts(q.campaign.regions, q.context.reader.region)),
    Filter("edition", lambda q: targeting.among(q.campaign.editions, q.context.page.edition)),
    Filter("words_for_edition", lambda q: targeting.has_words(q.campaign, q.context.page.edition)),
    Filter("section", lambda q: targeting.accepts(q.campaign.sections, q.context.page.section)),
    Filter("tags", lambda q: targeting.accepts_tags(q.campaign.tags, q.context.page.tags)),
    Filter("type", lambda q: targeting.accepts(q.campaign.types, q.context.page.type)),
    Filter("device", lambda q: targeting.among(q.campaign.devices, q.context.reader.device)),
    Filter("reads", lambda q: targeting.has_read_enough(q.campaign, q.context)),
    Filter("referrer", lambda q: targeting.among(q.campaign.referrers, q.context.reader.referrer)),
    Filter("code", lambda q: targeting.among(q.campaign.codes, q.context.reader.code)),
    Filter("tenure", lambda q: targeting.among(q.campaign.tenures, q.context.reader.tenure)),
    Filter("tier", lambda q: targeting.among(q.campaign.tiers, q.context.reader.tier)),
    Filter("band", lambda q: targeting.among(q.campaign.bands, q.context.reader.band)),
    Filter(
        "abandoned",
        lambda q: q.campaign.abandoned in (None, "abandoned" in q.context.reader.hints),
    ),
    Filter("hint", lambda q: not q.campaign.hint or q.campaign.hint in q.context.reader.hints),
    Filter("one_ask_a_page", lambda q: not q.is_asking or not q.is_asked_already),
    Filter("slot_cap", lambda q: not q.is_asking or keeps_slot_cap(q.slot, q.context)),
    Filter("campaign_cap", lambda q: keeps_campaign_cap(q.campaign, q.context)),
    Filter(
        "ask_budget",
        lambda q: (
            not q.is_asking
            or frequency.keeps_budget(q.bundle.budget, q.context.history.views, q.context.now)
        ),
    ),
    Filter(
        "cooldown",
        lambda q: (
            not q.is_asking
            or frequency.has_cooled_down(
                q.bundle.budget, q.context.history.dismissed, q.context.now
            )
        ),
    ),
    Filter(
        "quiet_hours",
        lambda q: (
            not q.is_asking
            or frequency.is_waking_hour(q.bundle.budget, q.context.now, q.context.tz)
        ),
    ),
    Filter("values_are_known", lambda q: not words.missing_values(q.bundle, q.campaign, q.context)),
)


def keeps_slot_cap(slot: Slot, context: Context) -> bool:
    """Return whether one more ask in the slot keeps its cap."""
    return frequency.keeps_cap(
        slot.cap, frequency.seen_in_slot(context.history.views, slot.id), context.now
    )


def keeps_campaign_cap(campaign: Campaign, context: Context) -> bool:
    """Return whether one more view of the campaign, whatever its variant, keeps its cap."""
    return frequency.keeps_cap(
        campaign.cap, frequency.seen_of_campaign(context.history.views, campaign.id), context.now
    )


def decide_page(bundle: Bundle, context: Context) -> tuple[SlotDecision, ...]:
    """Return what each slot of the page shows, in the order in which the slots are decided.

    Total: whatever bundle and context say, each slot gets one decision with its reason.
    """
    known, unknown = slots_in_order(bundle, context)
    for condition in PAGE_FILTERS:
        if not condition.test(bundle, context):
            names = [slot.id for slot in known] + unknown
            return tuple(SlotDecision(name, condition.id) for name in names)
    state = effective_state(
        context.reader.state, context.reader.as_of, now=context.now, lasts=bundle.status_lasts
    )
    decisions: list[SlotDecision] = []
    is_asked = False
    for slot in known:
        decision, asks = _decide_slot(bundle, context, slot, state, is_asked_already=is_asked)
        is_asked = is_asked or asks
        decisions.append(decision)
    decisions.extend(SlotDecision(name, UNKNOWN_SLOT) for name in unknown)
    return tuple(decisions)


def slots_in_order(bundle: Bundle, context: Context) -> tuple[list[Slot], list[str]]:
    """Return the page's slots that the bundle knows, in its order, and the unknown ones, in the page's."""
    names = dict.fromkeys(context.page.slots)
    known = [slot for slot in bundle.slots if slot.id in names]
    ids = {slot.id for slot in known}
    return known, [name for name in names if name not in ids]


def _decide_slot(
    bundle: Bundle, context: Context, slot: Slot, state: ReaderState, *, is_asked_already: bool
) -> tuple[SlotDecision, bool]:
    """Return the slot's decision, and whether it asks, or would have asked a reader of the holdout."""
    if rule := targeting.exclusion_of(bundle, slot.id, context.page):
        return SlotDecision(slot.id, f"exclusion:{rule.id}"), False
    trace: list[tuple[str, str]] = []
    for campaign in bundle.campaigns:
        if slot.id not in campaign.slots:
            continue
        question = Question(bundle, campaign, slot, context, state, is_asked_already)
        failed = first_failed(question)
        if failed is not None:
            trace.append((campaign.id, failed))
            continue
        if campaign.kind == Kind.ASK and is_held_out(bundle.holdout, context.seed):
            steps = (*trace, (campaign.id, HOLDOUT))
            held = SlotDecision(slot.id, HOLDOUT, arm=HOLDOUT, held=campaign.id, trace=steps)
            return held, True
        variant, arm = assign(campaign, context)
        steps = (*trace, (campaign.id, SHOWN))
        shown = SlotDecision(slot.id, SHOWN, campaign.id, variant.id, arm, trace=steps)
        return shown, question.is_asking
    return SlotDecision(slot.id, NOTHING_FITS, trace=tuple(trace)), False


def first_failed(question: Question) -> str | None:
    """Return the id of the first filter that the campaign fails, or None when it passes all."""
    return next((item.id for item in FILTERS if not item.test(question)), None)
