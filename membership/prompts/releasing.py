"""What readers are to see from an instant on, written down; the caller compiles and publishes it."""

from collections.abc import Collection
from datetime import datetime

from membership.accounts.models import User
from membership.errors import PublishRefused
from membership.prompts.models import PromptCampaign, PromptRelease, PromptRevision, PromptRules
from membership.prompts.queries import approved_revisions, waiting_revisions, waiting_rules


def release_approved(  # noqa: PLR0913  each of these is written down
    keys: Collection[str] | None,
    takes_rules: bool,
    *,
    by: User | None,
    at: datetime,
    now: datetime,
    reason: str,
) -> None:
    """Release what waits, or the newest approved revision of each of these campaigns.

    So what was rolled back comes again only when somebody names it. Raises PublishRefused where there is nothing.
    """
    chosen = (
        waiting_revisions() if keys is None else approved_revisions().filter(campaign__key__in=keys)
    )
    revisions = list(chosen)
    rules = waiting_rules() if takes_rules else None
    if missing := set(keys or ()) - {each.campaign.key for each in revisions}:
        raise PublishRefused(
            [f"“{key}” has no approved revision that waits." for key in sorted(missing)]
        )
    if not revisions and rules is None:
        raise PublishRefused(["Nothing that is approved waits to be published."])
    for revision in revisions:
        release(revision.campaign, revision, by=by, at=at, now=now, reason=reason)
    if rules is not None:
        release_rules(rules, by=by, at=at, now=now, reason=reason)


def release(  # noqa: PLR0913  each of these is written down
    campaign: PromptCampaign,
    revision: PromptRevision | None,
    *,
    by: User | None,
    at: datetime,
    now: datetime,
    reason: str,
) -> None:
    PromptRelease.objects.create(
        campaign=campaign,
        revision=revision,
        live_from=at,
        released_by=by,
        released_at=now,
        reason=reason,
    )


def release_rules(
    rules: PromptRules, *, by: User | None, at: datetime, now: datetime, reason: str
) -> None:
    PromptRelease.objects.create(
        rules=rules, live_from=at, released_by=by, released_at=now, reason=reason
    )
