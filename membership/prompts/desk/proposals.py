"""What an editor proposes to publish: some of what is approved, as the bundle that it would make."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from membership.prompts.changes import describe_changes
from membership.prompts.drafts import Draft, draft_of
from membership.prompts.house_rules import parse_rules
from membership.prompts.live import live_campaign, live_state
from membership.prompts.models import PromptRevision, PromptRules
from membership.prompts.queries import approved_revisions, waiting_revisions, waiting_rules


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved revision that readers do not see; `changes` tells it from what they see, in words."""

    key: str
    name: str
    number: int
    shown: int | None
    changes: Sequence[str]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is chosen of the candidates, with the draft that publishing it would make."""

    candidates: Sequence[Candidate]
    rules: PromptRules | None
    takes_rules: bool
    draft: Draft

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(each.key for each in self.candidates if each.is_chosen)

    @property
    def is_empty(self) -> bool:
        return not self.keys and not self.takes_rules


def propose(
    keys: Collection[str] | None,
    *,
    now: datetime,
    takes_rules: bool = True,
    totals: Mapping[str, Mapping[str, int]] | None = None,
) -> Proposal:
    """Return the proposal to publish the campaigns of these keys, or all that waits; nothing is written."""
    state = live_state(now)
    shown = {each.key: each for each in state.campaigns}
    approved = [
        each for each in approved_revisions() if _is_other(each, shown.get(each.campaign.key))
    ]
    chosen = (
        {each.campaign.key for each in waiting_revisions()} if keys is None else frozenset(keys)
    )
    rules = waiting_rules()
    takes_rules = takes_rules and rules is not None
    held = (rules.number, parse_rules(rules.rules)) if rules and takes_rules else None
    proposed = [live_campaign(each) for each in approved if each.campaign.key in chosen]
    candidates = []
    for each in approved:
        live = shown.get(each.campaign.key)
        before = live.definition.as_json() if live else {}
        candidates.append(
            Candidate(
                key=each.campaign.key,
                name=each.definition["name"],
                number=each.number,
                shown=live.revision if live else None,
                changes=describe_changes(before, each.definition),
                is_chosen=each.campaign.key in chosen,
            )
        )
    draft = draft_of(state.including(proposed, held), now=now, totals=totals)
    return Proposal(candidates, rules, takes_rules, draft)


def _is_other(revision: PromptRevision, live: object) -> bool:
    return getattr(live, "revision", None) != revision.number
