"""Reads of prompts: what waits, what is shown, what was published."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from membership.prompts.models import (
    PromptBundle,
    PromptCampaign,
    PromptPublication,
    PromptRelease,
    PromptReview,
    PromptRevision,
    PromptRules,
    ReviewVerdict,
)


def latest_publication() -> PromptPublication | None:
    """Return what the pointer says, without the bundle's bytes; None before the first publication."""
    return (
        PromptPublication.objects.select_related("bundle").defer("bundle__body").order_by("-id")
    ).first()


def publications() -> QuerySet[PromptPublication]:
    """Return the history of the pointer, newest first, with who and what, without the bundles' bytes."""
    rows = PromptPublication.objects.select_related("bundle", "published_by")
    return rows.defer("bundle__body").order_by("-id")


def bundle_body(sha256: str) -> bytes | None:
    """Return the exact bytes that were published under a hash, however long ago; None for none."""
    body = PromptBundle.objects.filter(sha256=sha256).values_list("body", flat=True).first()
    return None if body is None else bytes(body)


def shown_revision(campaign: PromptCampaign, *, now: datetime) -> PromptRevision | None:
    """Return the revision as which a campaign is released at `now`, or None."""
    begun = campaign.releases.filter(live_from__lte=now, withdrawn_at=None)
    release = begun.select_related("revision").order_by("-live_from", "-id").first()
    return release.revision if release else None


def desk_campaigns(*, now: datetime) -> QuerySet[PromptCampaign]:
    """Return every campaign on the desk's list in one query, by key.

    Each has `newest_id`, `newest_number` and `definition` of its newest revision, `verdict` of that revision's latest
    review (None while it waits for one), and `shown_number`, the revision that readers see (None for none).
    """
    newest = PromptRevision.objects.filter(campaign=OuterRef("pk")).order_by("-number")
    begun = PromptRelease.objects.filter(
        campaign=OuterRef("pk"), live_from__lte=now, withdrawn_at=None
    ).order_by("-live_from", "-id")
    reviews = PromptReview.objects.filter(revision=OuterRef("newest_id")).order_by("-id")
    return (
        PromptCampaign.objects.filter(archived_at=None)
        .annotate(
            newest_id=Subquery(newest.values("pk")[:1]),
            newest_number=Subquery(newest.values("number")[:1]),
            definition=Subquery(newest.values("definition")[:1]),
            shown_number=Subquery(begun.values("revision__number")[:1]),
        )
        .annotate(verdict=Subquery(reviews.values("verdict")[:1]))
        .order_by("key")
    )


def approved_revisions() -> QuerySet[PromptRevision]:
    """Return the newest revision of each campaign on the list, where its latest review approves it."""
    newest = PromptRevision.objects.filter(campaign=OuterRef("campaign")).order_by("-number")
    reviews = PromptReview.objects.filter(revision=OuterRef("pk")).order_by("-id")
    return (
        PromptRevision.objects.select_related("campaign", "author")
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .annotate(verdict=Subquery(reviews.values("verdict")[:1]))
        .filter(
            newest=F("pk"),
            verdict=ReviewVerdict.APPROVED,
            campaign__archived_at=None,
        )
        .order_by("campaign__key")
    )


def waiting_revisions() -> QuerySet[PromptRevision]:
    """Return those approved revisions that were never released, nor are ordered for later."""
    released = PromptRelease.objects.filter(revision=OuterRef("pk"), withdrawn_at=None)
    return approved_revisions().filter(~Exists(released))


def waiting_rules() -> PromptRules | None:
    """Return the newest version of the rules if it is approved and was never released, nor is ordered for later."""
    newest = PromptRules.objects.order_by("-number").first()
    if newest is None or newest.releases.filter(withdrawn_at=None).exists():
        return None
    review = newest.reviews.order_by("-id").first()
    return newest if review and review.verdict == ReviewVerdict.APPROVED else None


def ordered_releases(*, now: datetime) -> QuerySet[PromptRelease]:
    """Return what was ordered for later and has not begun, soonest first."""
    rows = PromptRelease.objects.filter(live_from__gt=now, withdrawn_at=None)
    return rows.select_related("campaign", "revision", "rules", "released_by").order_by(
        "live_from", "id"
    )
