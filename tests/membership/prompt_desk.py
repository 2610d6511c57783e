"""A desk of two editors, and prompts that one of them wrote and the other approved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from membership.models import (
    PromptBundle,
    PromptPublication,
    PromptRelease,
    PromptRevision,
    PromptRules,
    ReviewVerdict,
    User,
)
from membership.prompts.actions import (
    create_campaign,
    review_revision,
    review_rules,
    save_revision,
    save_rules,
)
from membership.prompts.publishing import publish
from tests.factories import NOON, UserFactory
from tests.membership.prompt_definitions import definition, rules


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes and who approves."""

    writer: User
    reviewer: User

    def write(
        self, key: str = "spring-appeal", *, now: datetime = NOON, **fields: Any
    ) -> PromptRevision:
        """Save a new campaign, or another revision of one that is there, and have it approved."""
        known = PromptRevision.objects.filter(campaign__key=key).order_by("-number").first()
        if known is None:
            revision = create_campaign(key, definition(**fields), by=self.writer, now=now)
        else:
            revision = save_revision(
                known.campaign,
                definition(**fields),
                based_on=known.number,
                by=self.writer,
                now=now,
            )
        review_revision(revision, verdict=ReviewVerdict.APPROVED, by=self.reviewer, now=now)
        return revision

    def rule(
        self, written: Mapping[str, Any] | None = None, *, now: datetime = NOON
    ) -> PromptRules:
        """Save another version of the rules and have it approved."""
        number = PromptRules.objects.count()
        saved = save_rules(written or rules(), based_on=number, by=self.writer, now=now)
        review_rules(saved, verdict=ReviewVerdict.APPROVED, by=self.reviewer, now=now)
        return saved

    def publish(self, *, now: datetime = NOON) -> PromptPublication:
        """Publish all that is approved."""
        made = publish(by=self.reviewer, now=now)
        assert made is not None
        return made


def make_desk() -> Desk:
    return Desk(UserFactory.create(name="Writer"), UserFactory.create(name="Reviewer"))


def published_json(publication: PromptPublication) -> dict[str, Any]:
    """Return what the bundle of a publication says."""
    assert publication.bundle is not None
    said: dict[str, Any] = json.loads(bytes(publication.bundle.body))
    return said


def titles(publication: PromptPublication | None) -> dict[str, str]:
    """Return the title of each published campaign's first variant, in the order of the bundle."""
    assert publication is not None
    return {
        each["id"]: each["variants"][0]["copy"]["uk"]["title"]
        for each in published_json(publication)["campaigns"]
    }


def words(title: str) -> list[dict[str, Any]]:
    """Return variants that name nothing, so that they can be shown by any campaign anywhere."""
    return [{"id": "a", "weight": 1, "copy": {"uk": {"title": title, "body": "Open to all."}}}]


def row_counts() -> list[int]:
    """Count what a publish writes: releases, bundles and publications."""
    models = (PromptRelease, PromptBundle, PromptPublication)
    return [model._default_manager.count() for model in models]
