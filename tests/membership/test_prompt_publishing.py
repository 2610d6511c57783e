"""From what is approved to what readers get: all of it, some of it, now or later."""

import pytest

from membership.errors import PublishRefused
from membership.models import PromptPublication, PromptRules, ReviewVerdict
from membership.prompts.actions import (
    review_rules,
    save_rules,
)
from membership.prompts.publishing import publish
from membership.prompts.queries import latest_publication
from membership.prompts.signing import is_signed, public_key
from payments.models import CampaignCurrency
from tests.factories import NOON
from tests.membership.prompt_definitions import rules
from tests.membership.prompt_desk import Desk, published_json, row_counts, titles

pytestmark = pytest.mark.django_db


def test_a_publication_holds_exactly_the_signed_bytes_and_says_what_they_are(
    desk: Desk, live: PromptPublication
) -> None:
    bundle = live.bundle
    assert bundle is not None
    assert is_signed(bytes(bundle.body), live.signature, public_key())
    assert bundle.manifest["campaigns"] == {"spring-appeal": 1}
    assert bundle.manifest["rules"] == 1
    assert (live.published_by, bundle.compiled_at) == (desk.reviewer, NOON)
    assert titles(live) == {"spring-appeal": "Open to everyone"}


def test_campaigns_are_in_the_order_of_their_priority(desk: Desk, live: PromptPublication) -> None:
    desk.write("urgent", priority=900)
    desk.write("aside", priority=100)

    assert list(titles(desk.publish())) == ["urgent", "aside", "spring-appeal"]


def test_a_refused_publish_leaves_everything_as_it_was(desk: Desk, live: PromptPublication) -> None:
    CampaignCurrency.objects.update(is_default=False)
    desk.write("bad", targeting={"countries": {"in": ["BR"]}})
    counts = row_counts()

    with pytest.raises(PublishRefused) as refused:
        publish(by=desk.reviewer, now=NOON, keys=["bad"])

    assert any("has no value in Brazil because" in reason for reason in refused.value.reasons)
    assert row_counts() == counts
    assert latest_publication() == live


def test_nothing_is_published_before_rules_are(desk: Desk) -> None:
    desk.write()

    with pytest.raises(PublishRefused, match="No rules of the house are published"):
        desk.publish()


def test_an_exclusion_goes_only_with_new_approved_rules(
    desk: Desk, live: PromptPublication
) -> None:
    other = [{"id": "war", "slots": [], "sections": [], "tags": ["war"], "types": []}]
    save_rules(rules(exclusions=other), based_on=1, by=desk.writer, now=NOON)
    desk.write("second")
    assert published_json(desk.publish())["exclusions"][0]["id"] == "deaths"

    review_rules(
        PromptRules.objects.get(number=2),
        verdict=ReviewVerdict.APPROVED,
        by=desk.reviewer,
        now=NOON,
    )
    assert published_json(desk.publish())["exclusions"][0]["id"] == "war"


def test_chosen_campaigns_are_published_without_the_others(
    desk: Desk, live: PromptPublication
) -> None:
    desk.write("second")
    desk.write("third")

    made = publish(by=desk.reviewer, now=NOON, keys=["third"])

    assert set(titles(made)) == {"spring-appeal", "third"}
    with pytest.raises(PublishRefused, match="“spring” has no approved revision"):
        publish(by=desk.reviewer, now=NOON, keys=["spring"])
