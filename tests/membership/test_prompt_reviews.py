"""Two people stand behind every prompt, and nobody overwrites another's words."""

import json

import pytest

from membership.errors import PublishRefused, ReviewRefused, RevisionStale
from membership.models import PromptPublication, PromptReview, PromptRevision, ReviewVerdict
from membership.prompts.actions import (
    create_campaign,
    review_revision,
    review_rules,
    save_revision,
    save_rules,
)
from membership.prompts.drafts import preview_draft, waiting_draft
from membership.prompts.parsing import parse_definition
from membership.prompts.publishing import publish
from membership.prompts.queries import desk_campaigns
from tests.factories import NOON
from tests.membership.prompt_definitions import definition, rules
from tests.membership.prompt_desk import Desk, published_json, row_counts, words

pytestmark = pytest.mark.django_db


def test_nobody_approves_their_own_words_or_rules(desk: Desk) -> None:
    revision = create_campaign("appeal", definition(), by=desk.writer, now=NOON)
    saved = save_rules(rules(), based_on=0, by=desk.writer, now=NOON)

    for review in (
        lambda: review_revision(revision, verdict=ReviewVerdict.APPROVED, by=desk.writer, now=NOON),
        lambda: review_rules(saved, verdict=ReviewVerdict.APPROVED, by=desk.writer, now=NOON),
    ):
        with pytest.raises(ReviewRefused, match="somebody else has to review it"):
            review()
    assert not PromptReview.objects.exists()


def test_what_nobody_approved_is_not_published(desk: Desk, live: PromptPublication) -> None:
    create_campaign("unread", definition(), by=desk.writer, now=NOON)
    refused = create_campaign("sent-back", definition(), by=desk.writer, now=NOON)
    review_revision(refused, verdict=ReviewVerdict.REFUSED, by=desk.reviewer, now=NOON)

    with pytest.raises(PublishRefused, match="Nothing that is approved waits"):
        publish(by=desk.reviewer, now=NOON)


def test_an_approval_does_not_outlive_a_later_save_or_a_later_word(
    desk: Desk, live: PromptPublication
) -> None:
    approved = desk.write("second")
    review_revision(approved, verdict=ReviewVerdict.REFUSED, by=desk.reviewer, now=NOON)
    third = desk.write("third")
    save_revision(third.campaign, definition(priority=7), based_on=1, by=desk.writer, now=NOON)

    with pytest.raises(PublishRefused, match="Nothing that is approved waits"):
        publish(by=desk.reviewer, now=NOON)
    with pytest.raises(RevisionStale, match="Revision 1 was followed by 2"):
        review_revision(third, verdict=ReviewVerdict.APPROVED, by=desk.reviewer, now=NOON)


def test_a_save_over_somebody_elses_is_refused_and_says_whose(desk: Desk) -> None:
    first = create_campaign("appeal", definition(), by=desk.writer, now=NOON)
    changed = definition(name="Changed")
    save_revision(first.campaign, changed, based_on=1, by=desk.reviewer, now=NOON)

    with pytest.raises(RevisionStale, match="Reviewer saved revision 2 after you opened 1"):
        save_revision(first.campaign, definition(priority=9), based_on=1, by=desk.writer, now=NOON)
    assert PromptRevision.objects.count() == 2
    # A form that is sent twice is one save.
    again = save_revision(first.campaign, changed, based_on=2, by=desk.writer, now=NOON)
    assert again.number == 2


def test_the_list_says_in_one_query_what_waits_and_what_is_shown(
    desk: Desk, live: PromptPublication, django_assert_num_queries: object
) -> None:
    revision = PromptRevision.objects.get()
    save_revision(revision.campaign, definition(priority=5), based_on=1, by=desk.writer, now=NOON)
    desk.write("second")

    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = [
            (row.key, row.newest_number, row.verdict, row.shown_number)
            for row in desk_campaigns(now=NOON)
        ]
    assert rows == [("second", 1, "approved", None), ("spring-appeal", 2, None, 1)]


def test_a_draft_shows_what_a_publish_would_make_and_writes_nothing(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write("second", priority=500)
    desk.rule(rules(holdout={"id": "holdout-2026", "ppm": 7}))
    counts = row_counts()

    said = json.loads(waiting_draft(now=NOON).compiled.body)
    assert [each["id"] for each in said["campaigns"]] == ["second", "spring-appeal"]
    assert said["holdout"]["ppm"] == 7
    assert row_counts() == counts
    assert published_json(desk.publish()) == said


def test_a_preview_shows_words_that_nobody_saved(desk: Desk, live: PromptPublication) -> None:
    changed = parse_definition(definition(variants=words("Unsaved")))

    said = json.loads(preview_draft("spring-appeal", changed, now=NOON).compiled.body)

    assert said["campaigns"][0]["variants"][0]["copy"]["uk"]["title"] == "Unsaved"
