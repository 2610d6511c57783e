"""What is released at an instant: which revision each campaign is shown as, and which rules hold."""

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


def live_state(at: datetime) -> LiveState:
    """Return what is released at `at`, in two queries.

    Raises Refused where a stored definition is not one any more, which only a change of this program can cause.
    """
    begun = Q(live_from__lte=at, withdrawn_at=None)
    of_campaign = PromptRelease.objects.filter(begun, campaign=OuterRef("pk"))
    latest = Subquery(of_campaign.order_by("-live_from", "-id").values("revision_id")[:1])
    shown = PromptCampaign.objects.annotate(shown=latest).filter(shown__isnull=False)
    revisions = PromptRevision.objects.filter(pk__in=shown.values("shown"))
    campaigns = [
        LiveCampaign(row.campaign.key, row.number, parse_definition(row.definition))
        for row in revisions.select_related("campaign")
    ]
    campaigns.sort(key=lambda each: (-each.definition.priority, each.key))
    release = PromptRelease.objects.filter(begun, rules__isnull=False).select_related("rules")
    rules = next((each.rules for each in release.order_by("-live_from", "-id")[:1]), None)
    return LiveState(
        tuple(campaigns),
        parse_rules(rules.rules) if rules else None,
        rules.number if rules else 0,
    )
