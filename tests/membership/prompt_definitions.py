"""Definitions of prompt campaigns that tests vary."""

from typing import Any

COPY = {
    "uk": {
        "title": "Open to everyone",
        "body": "{newspaper} has no paywall. Readers pay for it, from {from_price} a month.",
        "plea": "If you can, please <em>join them</em>.",
        "action": "Support us",
    },
    "us": {
        "title": "Free to read",
        "body": "{newspaper} has no paywall. Readers chip in, from {from_price} a month.",
        "action": "Give every month",
    },
}


def definition(**fields: Any) -> dict[str, Any]:
    """Return an ask that is right, with `fields` in the place of its own; None leaves one out."""
    ask = {
        "name": "Spring appeal",
        "kind": "ask",
        "slots": ["in-article"],
        "states": ["anonymous"],
        "variants": [{"id": "a", "weight": 1, "copy": COPY}],
        "priority": 100,
        "link": "donate",
        "offer": "support",
    }
    return {name: value for name, value in {**ask, **fields}.items() if value is not None}


def rules(**fields: Any) -> dict[str, Any]:
    """Return rules of the house that are right, with `fields` in the place of their own."""
    return {
        "exclusions": [
            {"id": "deaths", "slots": [], "sections": [], "tags": [], "types": ["obituary"]}
        ],
        "budget": {"asks": 4, "days": 7, "cooldown": [7, 14, 30], "quiet": [22, 7]},
        "slots": [
            {"id": "header-line"},
            {"id": "in-article", "views": 4, "days": 30, "gap": 86_400},
        ],
        "holdout": {"id": "holdout-2026", "ppm": 30_000},
        "status": {"fresh": 86_400, "grace": 2_592_000},
        **fields,
    }
