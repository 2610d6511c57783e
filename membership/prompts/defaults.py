"""The prompts and rules that a new newspaper begins with: approved, published, and its editors' to change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from membership.prompts.actions import create_campaign, save_rules
from membership.prompts.default_words import WORDS
from membership.prompts.models import (
    PromptCampaign,
    PromptPublication,
    PromptReview,
    PromptRules,
    ReviewVerdict,
)
from membership.prompts.publishing import publish

RULES: dict[str, Any] = {
    # Nobody is asked for money over a death or in distress.
    "exclusions": [
        {
            "id": "deaths",
            "slots": [],
            "sections": ["obituaries"],
            "tags": [],
            "types": ["obituary"],
        },
        {
            "id": "distress",
            "slots": [],
            "sections": [],
            "tags": ["content-warning", "suicide", "abuse"],
            "types": [],
        },
        {
            "id": "not-journalism",
            "slots": [],
            "sections": [],
            "tags": [],
            "types": ["advertisement", "correction", "legal"],
        },
    ],
    "budget": {"asks": 4, "days": 7, "cooldown": [7, 14, 30], "quiet": [22, 7]},
    "slots": [
        {"id": "header-line"},
        {"id": "in-article", "views": 4, "days": 30, "gap": 86_400},
        {"id": "end-of-article", "views": 4, "days": 30, "gap": 86_400},
        {"id": "banner", "views": 3, "days": 7, "gap": 0},
        {"id": "message"},
    ],
    "holdout": {"id": "holdout", "ppm": 30_000},
    "status": {"fresh": 86_400, "grace": 2_592_000},
}

_ASK = {"kind": "ask", "link": "donate", "priority": 100}
_THANKS = {"kind": "thanks", "priority": 100}
# What each default campaign is besides its words, by key; the offer is the newspaper's first campaign.
_CAMPAIGNS: dict[str, dict[str, Any]] = {
    "update-card": {
        "name": "Update your card",
        "kind": "card",
        "states": ["payment_failing"],
        "link": "card",
        "priority": 900,
    },
    "ask": {"name": "Ask", "states": ["anonymous"], **_ASK},
    "ask-registered": {"name": "Ask readers with an account", "states": ["registered"], **_ASK},
    "welcome-back": {"name": "Welcome back", "states": ["lapsed"], **_ASK},
    # The hint comes sixty days after the gift, and once.
    "invite-monthly": {
        "name": "Invite to give monthly",
        "kind": "invite",
        "states": ["one_off"],
        "targeting": {"hint": "invite"},
        "caps": {"views": 1, "days": 90, "gap": 0},
        "link": "donate",
        "priority": 200,
    },
    "thanks-one-off": {"name": "Thanks for a gift", "states": ["one_off"], **_THANKS},
    "thanks-recurring": {
        "name": "Thanks for a regular gift",
        "states": ["recurring"],
        "link": "support",
        **_THANKS,
    },
    "paused": {
        "name": "Paused",
        "kind": "notice",
        "states": ["paused"],
        "link": "support",
        "priority": 100,
    },
    "ending": {"name": "Ending", "states": ["ending"], "link": "support", **_THANKS},
}


def default_definitions(offer: str) -> dict[str, Mapping[str, Any]]:
    """Return the definitions of the default campaigns by key, all of which lead to the campaign `offer`."""
    return {
        key: {
            "slots": ["in-article"],
            **fields,
            **({"offer": offer} if fields.get("link") == "donate" else {}),
            "variants": [{"id": "a", "weight": 1, "copy": WORDS[key]}],
        }
        for key, fields in _CAMPAIGNS.items()
    }


@transaction.atomic
def ensure_prompts(
    offer: str, *, now: datetime, rules: Mapping[str, Any] = RULES
) -> PromptPublication | None:
    """Make, approve and publish the default prompts of a newspaper that has none; None where there is one already.

    `offer` is the slug of an open campaign; raises PublishRefused where it does not take monthly gifts everywhere.
    """
    if PromptCampaign.objects.exists() or PromptRules.objects.exists():
        return None
    saved = save_rules(rules, based_on=0, by=None, now=now, note=_NOTE)
    PromptReview.objects.create(
        rules=saved, reviewer=None, verdict=ReviewVerdict.APPROVED, note=_NOTE, reviewed_at=now
    )
    for key, definition in default_definitions(offer).items():
        revision = create_campaign(key, definition, by=None, now=now, note=_NOTE)
        PromptReview.objects.create(
            revision=revision,
            reviewer=None,
            verdict=ReviewVerdict.APPROVED,
            note=_NOTE,
            reviewed_at=now,
        )
    return publish(by=None, now=now, reason=_NOTE)


_NOTE = "Came with the set-up."
