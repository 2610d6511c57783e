"""The way back: to an earlier bundle, off the air, and the switch that stops everything."""

from datetime import timedelta

import pytest
from django.test import Client

from membership.errors import ReviewRefused
from membership.models import PromptCampaign, PromptPublication
from membership.prompts.actions import (
    archive_campaign,
    restore_campaign,
)
from membership.prompts.current import current_bundle
from membership.prompts.publishing import (
    publish,
    resume_prompts,
    roll_back,
    stop_prompts,
    take_off,
)
from membership.prompts.queries import desk_campaigns, latest_publication, shown_revision
from membership.prompts.renewing import publish_due
from tests.factories import NOON
from tests.membership.prompt_definitions import rules
from tests.membership.prompt_desk import Desk, published_json, titles, words

pytestmark = pytest.mark.django_db

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def test_a_rollback_is_one_call_to_the_very_bytes_of_before_and_stays(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write(variants=words("A mistake"))
    desk.write("second")
    desk.publish(now=NOON + _MINUTE)
    assert live.bundle is not None

    made = roll_back(live.bundle, by=desk.writer, now=NOON + 2 * _MINUTE, reason="A mistake")

    assert (made.bundle, made.kind, made.published_by) == (live.bundle, "rollback", desk.writer)
    # The next sweep does not bring the mistake back, and neither does the next publish.
    assert publish_due(now=NOON + 3 * _MINUTE) is None
    desk.write("third")
    assert titles(desk.publish(now=NOON + 4 * _MINUTE)) == {
        "spring-appeal": "Open to everyone",
        "third": "Open to everyone",
    }
    # Whoever means it can name it.
    made = publish(by=desk.reviewer, now=NOON + 5 * _MINUTE, keys=["spring-appeal"])
    assert titles(made)["spring-appeal"] == "A mistake"


def test_a_rollback_to_a_bundle_that_is_over_compiles_its_revisions_anew(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write(variants=words("Another"))
    desk.publish(now=NOON + _MINUTE)
    assert live.bundle is not None
    much_later = NOON + 30 * _DAY

    made = roll_back(live.bundle, by=desk.writer, now=much_later)

    assert made.bundle != live.bundle
    assert titles(made) == {"spring-appeal": "Open to everyone"}
    assert made.bundle is not None
    assert made.bundle.until > much_later


def test_a_rollback_brings_back_the_rules_of_its_time(desk: Desk, live: PromptPublication) -> None:
    desk.rule(rules(holdout={"id": "holdout-2026", "ppm": 0}))
    desk.publish(now=NOON + _MINUTE)
    assert live.bundle is not None

    roll_back(live.bundle, by=desk.writer, now=NOON + 2 * _MINUTE)
    desk.write("second")

    said = published_json(desk.publish(now=NOON + 3 * _MINUTE))
    assert said["holdout"]["ppm"] == 30_000


def test_a_campaign_is_taken_off_at_once_and_archived_only_then(
    desk: Desk, live: PromptPublication
) -> None:
    campaign = PromptCampaign.objects.get(key="spring-appeal")
    with pytest.raises(ReviewRefused, match="take it off the air first"):
        archive_campaign(campaign, now=NOON)

    assert titles(take_off(campaign, by=desk.writer, now=NOON + _MINUTE)) == {}
    assert take_off(campaign, by=desk.writer, now=NOON + _MINUTE) is None
    archive_campaign(campaign, now=NOON + _MINUTE)
    assert list(desk_campaigns(now=NOON)) == []
    restore_campaign(campaign)
    made = publish(by=desk.reviewer, now=NOON + 2 * _MINUTE, keys=["spring-appeal"])
    assert set(titles(made)) == {"spring-appeal"}


def test_the_kill_switch_stops_every_prompt_and_nothing_starts_them_but_a_person(
    desk: Desk, live: PromptPublication, client: Client
) -> None:
    assert current_bundle(NOON) is not None
    stopped = stop_prompts(by=desk.writer, now=NOON + _MINUTE, reason="Breaking news")
    assert stop_prompts(by=desk.writer, now=NOON + _MINUTE) == stopped

    assert client.get("/prompts/pointer.json").json()["bundle"] is None
    assert current_bundle(NOON + timedelta(seconds=5)) is None
    assert publish_due(now=NOON + 4 * _DAY) is None

    made = resume_prompts(by=desk.writer, now=NOON + 3 * _MINUTE)
    assert (made.kind, set(titles(made))) == ("resume", {"spring-appeal"})
    assert resume_prompts(by=desk.writer, now=NOON + 4 * _MINUTE) == made


def test_what_went_wrong_is_mended_while_prompts_are_off_and_shown_only_then(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write("bad")
    desk.publish(now=NOON)
    stop_prompts(by=desk.writer, now=NOON + _MINUTE)
    desk.write(variants=words("Mended"))

    assert publish(by=desk.reviewer, now=NOON + 2 * _MINUTE) is None
    bad = PromptCampaign.objects.get(key="bad")
    assert take_off(bad, by=desk.writer, now=NOON + 2 * _MINUTE) is None
    latest = latest_publication()
    assert latest is not None
    assert latest.bundle is None

    made = resume_prompts(by=desk.writer, now=NOON + 3 * _MINUTE)
    assert titles(made) == {"spring-appeal": "Mended"}


def test_a_campaign_that_is_only_ordered_for_later_is_not_on_the_air(
    desk: Desk, live: PromptPublication
) -> None:
    revision = desk.write("later")
    publish(by=desk.reviewer, now=NOON, live_from=NOON + _DAY)

    assert shown_revision(revision.campaign, now=NOON) is None
    assert shown_revision(revision.campaign, now=NOON + _DAY) == revision
