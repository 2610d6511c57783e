"""Bundles that could be published, with what the policy says about each; nothing here is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from membership.prompts.compiling import Compiled, compile_bundle, surroundings
from membership.prompts.definitions import Definition
from membership.prompts.house_rules import parse_rules
from membership.prompts.live import LiveCampaign, LiveState, live_campaign, live_state
from membership.prompts.models import PromptBundle, PromptPublication
from membership.prompts.policy import Finding, refusals
from membership.prompts.queries import waiting_revisions, waiting_rules

_NO_RULES = "No rules of the house are published, so nothing says where prompts must not stand."


@dataclass(frozen=True, slots=True)
class Draft:
    """A bundle that could be published, and every reason why it must not be."""

    compiled: Compiled
    findings: tuple[Finding, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences for whoever wants to publish it, campaigns that had to be left out included."""
        return (
            *(finding.words for finding in self.findings),
            *self.compiled.left_out.values(),
        )


def draft_of(
    state: LiveState, *, now: datetime, totals: Mapping[str, Mapping[str, int]] | None = None
) -> Draft:
    """Return the bundle of a state with what the policy says about it; nothing is written."""
    compiled = compile_bundle(state, surroundings(state, now=now, totals=totals), now=now)
    if state.rules is None:
        return Draft(compiled, (Finding("", _NO_RULES),))
    live = live_bundle()
    found = refusals(
        compiled.body,
        bytes(live.body) if live else None,
        names=compiled.manifest["names"],
        has_new_rules=live is None or live.manifest.get("rules") != state.rules_number,
    )
    return Draft(compiled, tuple(found))


def live_bundle() -> PromptBundle | None:
    """Return the bundle that is published, or that was when prompts were switched off."""
    last = PromptPublication.objects.filter(bundle__isnull=False).select_related("bundle")
    publication = last.order_by("-id").first()
    return publication.bundle if publication else None


def allowed_draft(*, now: datetime, totals: Mapping[str, Mapping[str, int]] | None = None) -> Draft:
    """Return the bundle of what is released, less the campaigns that may not be shown as things are now.

    So one campaign whose offer lost its price does not keep the others from beginning or ending. What is found in the
    whole bundle stays a finding.
    """
    state = live_state(now)
    draft = draft_of(state, now=now, totals=totals)
    bad = {finding.campaign: finding.words for finding in draft.findings if finding.campaign}
    if not bad:
        return draft
    cleared = draft_of(state.without(set(bad)), now=now, totals=totals)
    cleared.compiled.left_out.update(bad)
    cleared.compiled.manifest["released"] = draft.compiled.manifest["released"]
    cleared.compiled.manifest["names"] = draft.compiled.manifest["names"]
    return cleared


def waiting_draft(*, now: datetime) -> Draft:
    """Return the bundle that a publish of everything that waits would make, for looking at and for simulation."""
    rules = waiting_rules()
    held = (rules.number, parse_rules(rules.rules)) if rules else None
    waiting = map(live_campaign, waiting_revisions())
    return draft_of(live_state(now).including(waiting, held), now=now)


def preview_draft(key: str, definition: Definition, *, now: datetime) -> Draft:
    """Return what is released with one campaign as an editor has it now, saved or not; for previews only."""
    previewed = LiveCampaign(key, 0, definition)
    return draft_of(live_state(now).including([previewed]), now=now)
