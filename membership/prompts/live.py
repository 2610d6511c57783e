"""What is released at an instant: which revision each campaign is shown as, and which rules hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from membership.prompts.definitions import Definition
from membership.prompts.house_rules import HouseRules, parse_rules
from membership.prompts.models import PromptCampaign, PromptRelease, PromptRevision
from membership.prompts.parsing import parse_definition


@dataclass(frozen=True, slots=True)
class LiveCampaign:
    """A campaign as the revision that is released."""

    key: str
    revision: int
    definition: Definition


@dataclass(frozen=True, slots=True)
class LiveState:
    """Everything that was released, in the order in which prompts are decided; no rules before the first release."""

    campaigns: tuple[LiveCampaign, ...]
    rules: HouseRules | None
    rules_number: int

    def without(self, keys: set[str]) -> "LiveState":
        """Return the state less some of its campaigns."""
        left = tuple(each for each in self.campaigns if each.key not in keys)
        return LiveState(left, self.rules, self.rules_number)

    def including(
        self, campaigns: Iterable[LiveCampaign], rules: tuple[int, HouseRules] | None = None
    ) -> "LiveState":
        """Return the state with some campaigns in the place of those of the same key, and perhaps other rules."""
        shown = {each.key: each for each in self.campaigns} | {each.key: each for each in campaigns}
        number, held = rules or (self.rules_number, self.rules)
        return LiveState(in_order(shown.values()), held, number)


def in_order(campaigns: Iterable[LiveCampaign]) -> tuple[LiveCampaign, ...]:
    """Return campaigns in the order in which they are decided: the higher priority first, then by key."""
    return tuple(sorted(campaigns, key=lambda each: (-each.definition.priority, each.key)))


def live_campaign(revision: PromptRevision) -> LiveCampaign:
    """Return a stored revision as what it would be if it were released; raises Refused as `live_state` does."""
    definition = parse_definition(revision.definition)
    return LiveCampaign(revision.campaign.key, revision.number, definition)


def live_state(at: datetime) -> LiveState:
    """Return what is released at `at`, in two queries.

    Raises Refused where a stored definition is not one any more, which only a change of this program can cause.
    """
    begun = Q(live_from__lte=at, withdrawn_at=None)
    of_campaign = PromptRelease.objects.filter(begun, campaign=OuterRef("pk"))
    latest = Subquery(of_campaign.order_by("-live_from", "-id").values("revision_id")[:1])
    shown = PromptCampaign.objects.annotate(shown=latest).filter(shown__isnull=False)
    revisions = PromptRevision.objects.filter(pk__in=shown.values("shown"))
    campaigns = in_order(map(live_campaign, revisions.select_related("campaign")))
    release = PromptRelease.objects.filter(begun, rules__isnull=False).select_related("rules")
    rules = next((each.rules for each in release.order_by("-live_from", "-id")[:1]), None)
    return LiveState(
        campaigns,
        parse_rules(rules.rules) if rules else None,
        rules.number if rules else 0,
    )
