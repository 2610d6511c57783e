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
