"""A new newspaper's prompts work at once: every reader sees the one that fits, in both editions."""

from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from membership.errors import PublishRefused
from membership.models import PromptCampaign, PromptPublication, PromptRelease, PromptReview
from membership.prompts.current import current_bundle, forget_bundle
from membership.prompts.defaults import ensure_prompts
from membership.prompts.definitions import STATES
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import decide_page
from payments.models import Campaign, CampaignCurrency
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(campaign: Campaign) -> PromptPublication:
    forget_bundle()
    publication = ensure_prompts("support", now=NOON)
    assert publication is not None
    return publication


def _shown(*, state: str, edition: str = "uk", page_type: str = "article", hint: str = "") -> Any:
    published = current_bundle(NOON)
    assert published is not None
    page = {
        "id": "harbour-lights",
        "edition": edition,
        "section": "news",
        "tags": [],
        "type": page_type,
        "sensitive": False,
        "opt_out": False,
        "slots": ["in-article"],
    }
    reader = {
        "state": state,
        "as_of": int(NOON.timestamp()),
        "signed_in": False,
        "country": "",
        "region": "",
        "device": "phone",
        "tier": "",
        "tenure": "",
        "band": "",
        "hints": [hint] if hint else [],
        "referrer": "direct",
        "code": "",
        "quiet_until": 0,
    }
    history = {"reads": [], "views": [], "dismissed": [], "paused_until": 0, "arms": {}}
    context = {
        "now": int(NOON.timestamp()),
        "tz": 0,
        "seed": None,
        "page": page,
        "reader": reader,
        "history": history,
    }
    (slot,) = decide_page(published.bundle, parse_context(context))
    return slot.campaign, slot.reason


_PROMPT_OF = {
    "anonymous": "ask",
    "registered": "ask-registered",
    "lapsed": "welcome-back",
    "one_off": "thanks-one-off",
    "recurring": "thanks-recurring",
    "paused": "paused",
    "payment_failing": "update-card",
    "ending": "ending",
}


def test_every_reader_sees_the_prompt_of_their_state_in_both_editions(
    made: PromptPublication,
) -> None:
    assert set(_PROMPT_OF) == set(STATES)
    for state, key in _PROMPT_OF.items():
        for edition in ("uk", "us"):
            assert _shown(state=state, edition=edition) == (key, "shown"), (state, edition)


def test_a_giver_is_invited_once_the_time_for_it_has_come(made: PromptPublication) -> None:
    assert _shown(state="one_off", hint="invite") == ("invite-monthly", "shown")


def test_nobody_is_asked_on_an_obituary(made: PromptPublication) -> None:
    assert _shown(state="anonymous", page_type="obituary") == (None, "exclusion:deaths")


def test_they_came_with_the_set_up_and_are_made_once(made: PromptPublication) -> None:
    counts = [m.objects.count() for m in (PromptCampaign, PromptReview, PromptRelease)]
    assert counts == [9, 10, 10]
    assert made.published_by is None

    assert ensure_prompts("support", now=NOON) is None
    assert PromptPublication.objects.count() == 1


def test_none_are_made_where_their_words_would_lack_a_price(campaign: Campaign) -> None:
    CampaignCurrency.objects.update(is_default=False)

    with pytest.raises(PublishRefused, match="has no default currency"):
        ensure_prompts("support", now=NOON)
    assert not PromptCampaign.objects.exists()


def test_a_key_that_cannot_sign_is_told_at_the_start(settings: Settings) -> None:
    assert "membership.E001" not in {message.id for message in run_checks(tags=["security"])}
    settings.PROMPT_SIGNING_KEY = "no key"
    assert "membership.E001" in {message.id for message in run_checks(tags=["security"])}
