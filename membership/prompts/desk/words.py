"""The desk's words for what definitions say in codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

KINDS = {
    "ask": "Ask for money",
    "invite": "Invite a supporter to more",
    "thanks": "Thank",
    "card": "Help with a card",
    "notice": "Say something",
}
STATES = {
    "anonymous": "Strangers",
    "registered": "With an account, no gift yet",
    "lapsed": "Gave before",
    "one_off": "Gave once",
    "recurring": "Give regularly",
    "paused": "Paused their gift",
    "payment_failing": "Payment is failing",
    "ending": "Stopped, still paid for",
}
LINKS = {
    "": "Nowhere",
    "donate": "The donation page",
    "support": "The reader's own page",
    "card": "The card of a regular gift",
}
SLOTS = {
    "header-line": "Line in the header",
    "in-article": "In the article",
    "end-of-article": "At the end of the article",
    "banner": "Banner",
    "message": "Message",
}
DEVICES = {"phone": "Telephone", "tablet": "Tablet", "desktop": "Computer"}
REFERRERS = {
    "search": "Search",
    "social": "Social media",
    "newsletter": "Newsletter",
    "internal": "Our own pages",
    "direct": "Directly",
    "other": "Elsewhere",
}
TENURES = {"new": "Under a year", "settled": "One to three years", "long": "Over three years"}
BANDS = {"small": "Small", "middle": "Middle", "large": "Large"}


def named(words: Mapping[str, str], codes: Any) -> str:
    """Return the words for a list of codes, a code that has none as it is."""
    return ", ".join(words.get(str(code), str(code)) for code in codes or ())


def schedule_words(definition: Mapping[str, Any]) -> str:
    """Return when a stored definition is shown, by clocks in its own zone."""
    schedule = definition.get("schedule") or {}
    parts = [
        f"{word} {_clock(schedule[name])}"
        for word, name in (("from", "starts"), ("until", "ends"))
        if schedule.get(name)
    ]
    if not parts:
        return "Always"
    return f"{' '.join(parts).capitalize()} ({schedule['zone']})"


def _clock(shown: str) -> str:
    time = datetime.fromisoformat(shown)
    return f"{time.day} {time:%b %Y, %H:%M}"


# What a reader or a page lacks where a filter refuses a campaign, for “it is not shown because …”.
REFUSALS = {
    "supporters_are_not_asked": "who gives is never asked",
    "is_scheduled": "its time has not come, or is over",
    "state": "it is for other readers",
    "quiet_time_is_over": "the reader wished for quiet",
    "signed_in": "it depends on being signed in",
    "country": "it is for other countries",
    "region": "it is for other regions",
    "edition": "it is for other editions",
    "words_for_edition": "it has no words in this edition",
    "section": "it is for other sections",
    "tags": "it is for pages with other tags",
    "type": "it is for other types of page",
    "device": "it is for other devices",
    "reads": "the reader has read too few articles, or too many",
    "referrer": "it is for readers who come from elsewhere",
    "code": "it is for readers with a code in the address",
    "tenure": "it is for those who have given longer, or less long",
    "tier": "it is for other tiers",
    "band": "it is for gifts of another size",
    "abandoned": "it depends on a gift that was begun and left",
    "hint": "it is for those whom a letter would invite",
    "one_ask_a_page": "the page asks already",
    "slot_cap": "the place has been used up",
    "campaign_cap": "the reader has seen it often enough",
    "ask_budget": "the reader has been asked often enough",
    "cooldown": "the reader put an ask away",
    "quiet_hours": "it is night where the reader is",
    "values_are_known": "a placeholder has no value for the reader",
    "others_come_first": "other prompts come first",
    "exclusion": "the house keeps prompts off such pages",
    "holdout": "the reader is of those who are never asked",
}


def refusal(code: str) -> str:
    """Return the words for a filter, or for an exclusion by its name."""
    return REFUSALS.get(code.partition(":")[0], code)
