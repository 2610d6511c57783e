"""Writes of prompts before they are published: saves, reviews, the archive. Each save is a row that stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from membership.accounts.models import User
from membership.errors import KeyTaken, ReviewRefused, RevisionStale
from membership.prompts.house_rules import parse_rules
from membership.prompts.models import (
    PromptCampaign,
    PromptReview,
    PromptRevision,
    PromptRules,
    ReviewVerdict,
)
from membership.prompts.parsing import parse_definition
from membership.prompts.queries import shown_revision


@transaction.atomic
def create_campaign(
    key: str, definition: Mapping[str, Any], *, by: User | None, now: datetime, note: str = ""
) -> PromptRevision:
    """Make a campaign with its first revision, to be reviewed. `key` is for ever: results are counted under it.

    Raises Refused for a definition that is not right and KeyTaken; `by` None is the set-up.
    """
    parsed = parse_definition(definition)
    try:
        with transaction.atomic():
            campaign = PromptCampaign.objects.create(key=key, created_by=by, created_at=now)
    except IntegrityError as error:
        raise KeyTaken(f"There is a prompt called “{key}” already; choose another key.") from error
    return PromptRevision.objects.create(
        campaign=campaign, number=1, definition=parsed.as_json(), author=by, note=note, saved_at=now
    )


@transaction.atomic
def save_revision(  # noqa: PLR0913  each of these is written down
    campaign: PromptCampaign,
    definition: Mapping[str, Any],
    *,
    based_on: int,
    by: User | None,
    now: datetime,
    note: str = "",
) -> PromptRevision:
    """Save another revision of a campaign; what readers see changes only when it is approved and published.

    `based_on` is the number of the revision that the editor began with. Raises Refused for a definition that is not
    right, and RevisionStale when somebody saved another one meanwhile, so that nobody's words are overwritten unseen.
    The same definition as before is no revision: the one that is there is returned.
    """
    parsed = parse_definition(definition)
    latest = _latest(campaign)
    if latest.number != based_on:
        author = latest.author.name or latest.author.email if latest.author else "the set-up"
        raise RevisionStale(
            f"{author} saved revision {latest.number} after you opened {based_on}. Yours was not saved; "
            "compare the two and save again."
        )
    if latest.definition == parsed.as_json():
        return latest
    return PromptRevision.objects.create(
        campaign=campaign,
        number=latest.number + 1,
        definition=parsed.as_json(),
        author=by,
        note=note,
        saved_at=now,
    )


def _latest(campaign: PromptCampaign) -> PromptRevision:
    """Return the newest revision; two saves at once wait for each other here."""
    PromptCampaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    return campaign.revisions.select_related("author").order_by("-number")[0]


@transaction.atomic
def review_revision(
    revision: PromptRevision, *, verdict: ReviewVerdict, by: User, now: datetime, note: str = ""
) -> PromptReview:
    """Approve a revision for publication, or send it back with a note.

    Raises ReviewRefused for its own author, since two people stand behind every prompt, and RevisionStale for one
    that has been followed by another.
    """
    latest = _latest(revision.campaign)
    if latest.pk != revision.pk:
        raise RevisionStale(
            f"Revision {revision.number} was followed by {latest.number}; review that one."
        )
    _refuse_own(revision.author_id, by)
    return PromptReview.objects.create(
        revision=revision, reviewer=by, verdict=verdict, note=note, reviewed_at=now
    )


def _refuse_own(author_id: int | None, by: User) -> None:
    if author_id == by.pk:
        raise ReviewRefused("You wrote this version, so somebody else has to review it.")


@transaction.atomic
def save_rules(
    rules: Mapping[str, Any], *, based_on: int, by: User | None, now: datetime, note: str = ""
) -> PromptRules:
    """Save another version of the rules of the house; they hold once they are approved and published.

    `based_on` is the number of the version that the editor began with, 0 for the first. Raises Refused for rules that
    are not right and RevisionStale.
    """
    parsed = parse_rules(rules)
    latest = PromptRules.objects.select_for_update(no_key=True).order_by("-number").first()
    number = latest.number if latest else 0
    if number != based_on:
        raise RevisionStale(
            f"Version {number} of the rules was saved after you opened {based_on}. Yours was not saved; "
            "compare the two and save again."
        )
    if latest is not None and latest.rules == parsed.as_json():
        return latest
    try:
        with transaction.atomic():
            return PromptRules.objects.create(
                number=number + 1, rules=parsed.as_json(), author=by, note=note, saved_at=now
            )
    except IntegrityError as error:
        raise RevisionStale("Somebody saved rules at the same moment; save again.") from error


@transaction.atomic
def review_rules(
    rules: PromptRules, *, verdict: ReviewVerdict, by: User, now: datetime, note: str = ""
) -> PromptReview:
    """Approve a version of the rules, or send it back; raises as `review_revision` does."""
    latest = PromptRules.objects.select_for_update(no_key=True).order_by("-number")[0]
    if latest.pk != rules.pk:
        raise RevisionStale(
            f"Version {rules.number} was followed by {latest.number}; review that one."
        )
    _refuse_own(rules.author_id, by)
    return PromptReview.objects.create(
        rules=rules, reviewer=by, verdict=verdict, note=note, reviewed_at=now
    )


@transaction.atomic
def archive_campaign(campaign: PromptCampaign, *, now: datetime) -> None:
    """Take a campaign off the desk's list; raises ReviewRefused while readers see it. Safe to repeat."""
    PromptCampaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if shown_revision(campaign, now=now) is not None:
        raise ReviewRefused("Readers still see this prompt: take it off the air first.")
    PromptCampaign.objects.filter(pk=campaign.pk, archived_at=None).update(archived_at=now)


def restore_campaign(campaign: PromptCampaign) -> None:
    """Put a campaign back on the desk's list. Safe to repeat."""
    PromptCampaign.objects.filter(pk=campaign.pk).update(archived_at=None)
