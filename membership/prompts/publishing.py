"""From what is approved to what readers get: publish, roll back, stop, and keep the bundle true.

Each of these is one transaction that inserts the releases, the bundle and the publication, so that one that stops in
between has changed nothing. They wait for each other; whoever comes second sees what the first one did.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from membership.accounts.models import User
from membership.errors import PublishRefused
from membership.prompts.compiling import Compiled
from membership.prompts.drafts import allowed_draft, draft_of
from membership.prompts.live import live_state
from membership.prompts.models import (
    PromptBundle,
    PromptCampaign,
    PromptPublication,
    PromptRelease,
    PromptRules,
    PublicationKind,
)
from membership.prompts.queries import latest_publication, shown_revision
from membership.prompts.releasing import release, release_approved, release_rules
from membership.prompts.signing import key_id, sign


def publish(  # noqa: PLR0913  each of these is written down
    *,
    by: User | None,
    now: datetime,
    keys: Collection[str] | None = None,
    with_rules: bool | None = None,
    live_from: datetime | None = None,
    reason: str = "",
) -> PromptPublication | None:
    """Publish what is approved: every campaign and the rules, or the campaigns of these keys only.

    Rules go along with everything, and with chosen campaigns only where `with_rules` says so.
    With `live_from` still to come it is ordered for then, checked as if it were now, and None is returned. So it is
    while prompts are switched off, when it waits for them: what went wrong can be mended before they are on again.
    Raises PublishRefused with the sentences why nothing was published; `by` None is the set-up.
    """
    at = max(live_from or now, now)
    with transaction.atomic():
        take_turns()
        takes_rules = keys is None if with_rules is None else with_rules
        release_approved(keys, takes_rules, by=by, at=at, now=now, reason=reason)
        draft = draft_of(live_state(at), now=at)
        if draft.reasons:
            raise PublishRefused(draft.reasons)
        if at > now or _are_stopped():
            return None
        return put(draft.compiled, PublicationKind.PUBLISH, by=by, now=now, reason=reason)


def take_turns() -> None:
    """Wait until nobody else publishes: whoever publishes holds the rows of all campaigns, taken in one order."""
    rows = PromptCampaign.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _are_stopped() -> bool:
    latest = latest_publication()
    return latest is not None and latest.kind == PublicationKind.KILL


def put(
    compiled: Compiled, kind: PublicationKind, *, by: User | None, now: datetime, reason: str
) -> PromptPublication:
    """Write a bundle, unless its bytes are there already, and point at it; the caller holds the turn."""
    bundle, _ = PromptBundle.objects.get_or_create(
        sha256=compiled.sha256,
        defaults={
            "body": compiled.body,
            "compiled_at": compiled.at,
            "until": compiled.until,
            "manifest": compiled.manifest,
        },
    )
    return _point_at(bundle, kind, by=by, now=now, reason=reason)


def _point_at(
    bundle: PromptBundle, kind: PublicationKind, *, by: User | None, now: datetime, reason: str
) -> PromptPublication:
    return PromptPublication.objects.create(
        bundle=bundle,
        signature=sign(bytes(bundle.body)),
        key_id=key_id(),
        kind=kind,
        published_by=by,
        published_at=now,
        reason=reason,
    )


@transaction.atomic
def withdraw_release(ordered: PromptRelease, *, now: datetime) -> bool:
    """Take back what was ordered for later; False when it has begun or was taken back already."""
    waiting = PromptRelease.objects.filter(pk=ordered.pk, withdrawn_at=None, live_from__gt=now)
    return bool(waiting.update(withdrawn_at=now))


@transaction.atomic
def take_off(
    campaign: PromptCampaign, *, by: User, now: datetime, reason: str = ""
) -> PromptPublication | None:
    """Show a campaign no longer, at once and without a review.

    None when nobody sees it anyway, and while prompts are switched off: it will be off when they are on again.
    """
    take_turns()
    if shown_revision(campaign, now=now) is None:
        return None
    release(campaign, None, by=by, at=now, now=now, reason=reason)
    if _are_stopped():
        return None
    return _put_what_may(PublicationKind.PUBLISH, by=by, now=now, reason=reason)


@transaction.atomic
def roll_back(
    bundle: PromptBundle, *, by: User, now: datetime, reason: str = ""
) -> PromptPublication:
    """Go back to what an earlier bundle showed, in one step: its revisions and its rules are released again.

    Its very bytes are published while they are good for a day more, else the same revisions are compiled anew. What
    was ordered for later stays ordered. Also switches prompts on again. Raises PublishRefused.
    """
    take_turns()
    shown = live_state(now)
    former, current = bundle.manifest["released"], {e.key: e.revision for e in shown.campaigns}
    for campaign in PromptCampaign.objects.filter(key__in={*former, *current}).order_by("key"):
        number = former.get(campaign.key)
        if number != current.get(campaign.key):
            revision = campaign.revisions.get(number=number) if number else None
            release(campaign, revision, by=by, at=now, now=now, reason=reason)
    if bundle.manifest["rules"] != shown.rules_number:
        rules = PromptRules.objects.get(number=bundle.manifest["rules"])
        release_rules(rules, by=by, at=now, now=now, reason=reason)
    if bundle.until - now > timedelta(days=1):
        return _point_at(bundle, PublicationKind.ROLLBACK, by=by, now=now, reason=reason)
    return _put_what_may(PublicationKind.ROLLBACK, by=by, now=now, reason=reason)


@transaction.atomic
def stop_prompts(*, by: User, now: datetime, reason: str = "") -> PromptPublication:
    """Switch every prompt off: within 30 seconds no page shows one. Safe to repeat."""
    take_turns()
    latest = latest_publication()
    if latest is not None and latest.kind == PublicationKind.KILL:
        return latest
    return PromptPublication.objects.create(
        bundle=None, kind=PublicationKind.KILL, published_by=by, published_at=now, reason=reason
    )


@transaction.atomic
def resume_prompts(*, by: User, now: datetime, reason: str = "") -> PromptPublication:
    """Switch prompts on again, as they are released now; raises PublishRefused. Safe to repeat."""
    take_turns()
    latest = latest_publication()
    if latest is not None and latest.kind != PublicationKind.KILL:
        return latest
    return _put_what_may(PublicationKind.RESUME, by=by, now=now, reason=reason)


def _put_what_may(
    kind: PublicationKind, *, by: User | None, now: datetime, reason: str
) -> PromptPublication:
    draft = allowed_draft(now=now)
    if draft.findings:
        raise PublishRefused([finding.words for finding in draft.findings])
    return put(draft.compiled, kind, by=by, now=now, reason=reason)
