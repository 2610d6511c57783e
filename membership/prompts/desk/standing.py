"""Where each campaign stands between its author and its readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from membership.prompts.desk.words import KINDS, SLOTS, named, schedule_words
from membership.prompts.models import PromptCampaign, ReviewVerdict
from membership.prompts.queries import desk_campaigns, ordered_releases


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign on the desk's list, by its newest revision; `shown` is the number that readers see, None for none."""

    key: str
    definition: Mapping[str, Any]
    newest: int
    shown: int | None
    verdict: str | None
    ordered: datetime | None

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    @property
    def kind(self) -> str:
        return named(KINDS, [self.definition["kind"]])

    @property
    def slots(self) -> str:
        return named(SLOTS, self.definition["slots"])

    @property
    def schedule(self) -> str:
        return schedule_words(self.definition)

    @property
    def priority(self) -> int:
        return int(self.definition.get("priority") or 0)

    @property
    def is_live(self) -> bool:
        return self.shown is not None

    @property
    def waits_for_review(self) -> bool:
        return self.verdict is None

    @property
    def may_be_published(self) -> bool:
        """Whether its newest revision is approved and readers do not see it."""
        return self.verdict == ReviewVerdict.APPROVED and self.shown != self.newest

    @property
    def work(self) -> str:
        """What happens to the newest revision, where readers do not see that one; else empty."""
        if self.verdict is None:
            return f"Revision {self.newest} in review"
        if self.verdict == ReviewVerdict.REFUSED:
            return f"Revision {self.newest} sent back"
        if self.shown == self.newest:
            return ""
        return f"Revision {self.newest} {'scheduled' if self.ordered else 'approved'}"


def standings(*, now: datetime) -> list[Standing]:
    """Return every campaign on the list in the order in which its newest revisions would be decided; two queries."""
    ordered = {
        each.campaign.key: each.live_from for each in ordered_releases(now=now) if each.campaign
    }
    rows = [_standing(row, ordered.get(row.key)) for row in desk_campaigns(now=now)]
    return sorted(rows, key=lambda row: (-row.priority, row.key))


def _standing(row: PromptCampaign, ordered: datetime | None) -> Standing:
    # What the query adds to its rows.
    found = cast(Any, row)
    return Standing(
        row.key, found.definition, found.newest_number, found.shown_number, found.verdict, ordered
    )
