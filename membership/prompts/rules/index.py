"""A bundle made ready for many page views: for each value of each rule, the set of campaigns that accept it.

Sets are bits of an integer, the first campaign lowest, so that a page view costs a few look-ups instead of every
filter of every campaign. It gives the answers of `decide_page` without their trace, which a property test holds it to.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from membership.prompts.rules import frequency, targeting, words
from membership.prompts.rules.assignment import HOLDOUT, assign, is_held_out
from membership.prompts.rules.audiences import ASKABLE, ASKING, Kind, ReaderState, effective_state
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign, Pick
from membership.prompts.rules.context import Context, Page, Reader
from membership.prompts.rules.decision import (
    NOTHING_FITS,
    PAGE_FILTERS,
    SHOWN,
    UNKNOWN_SLOT,
    SlotDecision,
    keeps_campaign_cap,
    keeps_slot_cap,
    slots_in_order,
)
from membership.prompts.rules.parts import Slot

# Pages are remembered by what the rules see of them; beyond so many different ones all are forgotten.
_MOST_PLANS = 20_000


class Facet:
    """Which campaigns accept each value of one rule: those that name it, and those that name none."""

    def __init__(self, picks: Iterable[Pick]) -> None:
        picks = list(picks)
        values = frozenset[str]().union(*(pick.within | pick.without for pick in picks))
        self._named = {
            value: bits(targeting.accepts(pick, value) for pick in picks) for value in values
        }
        self._other = bits(not pick.within for pick in picks)

    def of(self, value: str) -> int:
        """Return the campaigns that accept the value."""
        return self._named.get(value, self._other)


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What is known of a page before any reader comes: each slot with its campaigns, or why it stays empty."""

    slots: tuple[tuple[Slot, int, SlotDecision | None], ...]
    unknown: tuple[SlotDecision, ...]


class Index:
    """One bundle, indexed; `decide` may be called from one thread at a time."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.campaigns = bundle.campaigns
        self.kinds = {campaign.id: campaign.kind for campaign in bundle.campaigns}
        self.experiments = {campaign.id: campaign.experiment for campaign in bundle.campaigns}
        self._asking = self._those(lambda c: c.kind in ASKING)
        self._slots = {slot.id: self._in(slot.id) for slot in bundle.slots}
        self._states = {state: self._for(state) for state in ReaderState}
        self._editions = {edition: self._speaking(edition) for edition in bundle.editions}
        self._signed_in = self._flag(lambda c: c.signed_in)
        self._abandoned = self._flag(lambda c: c.abandoned)
        self._countries = self._facet(lambda c: c.countries)
        self._regions = self._facet(lambda c: c.regions)
        self._sections = self._facet(lambda c: c.sections)
        self._types = self._facet(lambda c: c.types)
        self._devices = self._facet(lambda c: Pick(c.devices))
        self._referrers = self._facet(lambda c: Pick(c.referrers))
        self._codes = self._facet(lambda c: Pick(c.codes))
        self._tenures = self._facet(lambda c: Pick(c.tenures))
        self._tiers = self._facet(lambda c: Pick(c.tiers))
        self._bands = self._facet(lambda c: Pick(c.bands))
        self._without_hint = self._those(lambda c: not c.hint)
        self._edges = sorted(
            {edge for c in self.campaigns for edge in (c.starts_at, c.ends_at) if edge is not None}
        )
        self._scheduled = [self._at(since) for since in (-1, *self._edges)]
        self._nothing = {slot.id: SlotDecision(slot.id, NOTHING_FITS) for slot in bundle.slots}
        self._plans: dict[tuple[object, ...], PagePlan] = {}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}

    def decide(self, context: Context) -> tuple[SlotDecision, ...]:
        """Return what `decide_page` returns, each decision without its trace."""
        bundle, reader, now = self.bundle, context.reader, context.now
        for condition in PAGE_FILTERS:
            if not condition.test(bundle, context):
                known, unknown = slots_in_order(bundle, context)
                names = [slot.id for slot in known] + unknown
                return tuple(SlotDecision(name, condition.id) for name in names)
        plan = self._plan(context)
        state = effective_state(reader.state, reader.as_of, now=now, lasts=bundle.status_lasts)
        fits = self._states[state] & self._scheduled[bisect_right(self._edges, now)]
        fits &= self._fitting(reader)
        if fits & self._asking and not self._may_ask(context):
            fits &= ~self._asking
        decisions = []
        for slot, campaigns, excluded in plan.slots:
            decision = excluded or self._in_slot(slot, campaigns & fits, context)
            if decision.held is not None or self._asks(decision):
                fits &= ~self._asking
            decisions.append(decision)
        return (*decisions, *plan.unknown)

    def _in_slot(self, slot: Slot, candidates: int, context: Context) -> SlotDecision:
        if candidates & self._asking and not keeps_slot_cap(slot, context):
            candidates &= ~self._asking
        while candidates:
            lowest = candidates & -candidates
            candidates ^= lowest
            campaign = self.campaigns[lowest.bit_length() - 1]
            if not self._passes(campaign, context):
                continue
            if campaign.kind == Kind.ASK and is_held_out(self.bundle.holdout, context.seed):
                return SlotDecision(slot.id, HOLDOUT, arm=HOLDOUT, held=campaign.id)
            variant, arm = assign(campaign, context)
            return SlotDecision(slot.id, SHOWN, campaign.id, variant.id, arm)
        return self._nothing[slot.id]

    def _passes(self, campaign: Campaign, context: Context) -> bool:
        """Return whether the campaign passes what hangs on this view alone."""
        return (
            targeting.has_read_enough(campaign, context)
            and keeps_campaign_cap(campaign, context)
            and all(
                words.value_of(name, self.bundle, campaign, context)
                for name in self._placeholders(campaign, context.page.edition)
            )
        )

    def _may_ask(self, context: Context) -> bool:
        """Return whether this reader may be asked anything now, in whatever slot."""
        budget, history, now = self.bundle.budget, context.history, context.now
        return (
            not frequency.is_left_alone(context)
            and frequency.keeps_budget(budget, history.views, now)
            and frequency.has_cooled_down(budget, history.dismissed, now)
            and frequency.is_waking_hour(budget, now, context.tz)
        )

    def _fitting(self, reader: Reader) -> int:
        return (
            self._signed_in[reader.signed_in]
            & self._abandoned["abandoned" in reader.hints]
            & self._countries.of(reader.country)
            & self._regions.of(reader.region)
            & self._devices.of(reader.device)
            & self._referrers.of(reader.referrer)
            & self._codes.of(reader.code)
            & self._tenures.of(reader.tenure)
            & self._tiers.of(reader.tier)
            & self._bands.of(reader.band)
            & (self._hinted(reader.hints) if reader.hints else self._without_hint)
        )

    def _hinted(self, hints: frozenset[str]) -> int:
        return self._those(lambda c: not c.hint or c.hint in hints)

    def _plan(self, context: Context) -> PagePlan:
        page = context.page
        key = (page.edition, page.section, page.type, page.tags, page.slots)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._made(context, page)
        return plan

    def _made(self, context: Context, page: Page) -> PagePlan:
        known, unknown = slots_in_order(self.bundle, context)
        fits = self._editions[page.edition] & self._sections.of(page.section)
        fits &= self._types.of(page.type)
        fits &= self._those(lambda c: targeting.accepts_tags(c.tags, page.tags))
        slots = []
        for slot in known:
            rule = targeting.exclusion_of(self.bundle, slot.id, page)
            excluded = SlotDecision(slot.id, f"exclusion:{rule.id}") if rule else None
            slots.append((slot, fits & self._slots[slot.id], excluded))
        return PagePlan(tuple(slots), tuple(SlotDecision(name, UNKNOWN_SLOT) for name in unknown))

    def _placeholders(self, campaign: Campaign, edition: str) -> tuple[str, ...]:
        key = (campaign.id, edition)
        names = self._names.get(key)
        if names is None:
            names = self._names[key] = words.placeholders_in(campaign, edition)
        return names

    def _asks(self, decision: SlotDecision) -> bool:
        return decision.campaign is not None and self.kinds[decision.campaign] in ASKING

    def _in(self, slot: str) -> int:
        return self._those(lambda c: slot in c.slots)

    def _for(self, state: ReaderState) -> int:
        asked = state in ASKABLE
        return self._those(lambda c: state in c.states and (asked or c.kind != Kind.ASK))

    def _speaking(self, edition: str) -> int:
        return self._those(
            lambda c: targeting.among(c.editions, edition) and targeting.has_words(c, edition)
        )

    def _at(self, now: int) -> int:
        return self._those(lambda c: targeting.is_scheduled(c, now))

    def _flag(self, rule: Callable[[Campaign], bool | None]) -> dict[bool, int]:
        return {
            False: self._those(lambda c: rule(c) in (None, False)),
            True: self._those(lambda c: rule(c) in (None, True)),
        }

    def _facet(self, rule: Callable[[Campaign], Pick]) -> Facet:
        return Facet(rule(campaign) for campaign in self.campaigns)

    def _those(self, test: Callable[[Campaign], bool]) -> int:
        return bits(test(campaign) for campaign in self.campaigns)


def bits(answers: Iterable[bool]) -> int:
    """Return the integer whose bit n is the n-th answer."""
    return sum(1 << place for place, answer in enumerate(answers) if answer)
