"""Bundles and contexts that nobody would write: every rule at once, times at their borders, names that are traps.

All values are valid in the schema's sense; what is random is drawn from the `random.Random` that is given.
"""

from random import Random
from typing import Any

from tests.vectors import building
from tests.vectors.building import (
    ASKABLE,
    DAY,
    GBP,
    GIVING,
    HOUR,
    NOW,
    SLOTS,
    USD,
    Json,
    view,
)

NAMES = [
    "uk",
    "us",
    "constructor",
    "__proto__",
    "toString",
    "",
    "é",
    "日本",
    "🙂",
    "e\u0301",
    "\u2028",
    "a b",
]
STATES = [*ASKABLE, *GIVING, "supporter", "", "constructor", "hasOwnProperty"]
COUNTRIES = ["", "GB", "US", "JP", "IE", "constructor", "__proto__"]
SECTIONS = ["", "news", "sport", "puzzles", "constructor", "nouvelles été"]
TAGS = ["climate", "grief", "quiz", "length", "__proto__", "🙂"]
TYPES = ["", "article", "obituary", "liveblog"]
DEVICES = ["phone", "tablet", "desktop", "", "fridge"]
REFERRERS = ["search", "social", "newsletter", "internal", "direct", "other", ""]
CODES = ["", "spring", "valueOf"]
TENURES = ["", "new", "settled", "long"]
BANDS = ["", "small", "middle", "large"]
HINTS = ["invite", "abandoned", "moon"]
WORDS = [
    "",
    "{day}",
    "{date}",
    "{article_count}",
    "{from_price}",
    "{country}",
    "{total} {goal} {percent}",
]
WORDS += [
    "{days_left}",
    "{newspaper}",
    "{nobody}",
    "{constructor}",
    "{ }",
    "{{day}}",
    "{Day}",
    "$& $1",
]
IDS = [
    "one",
    "two",
    "three",
    "constructor",
    "__proto__",
    "ask",
    "thanks",
    "日本",
    "🙂",
    "length",
    "",
]

Draw = Random


def hostile_bundle(draw: Draw) -> Json:
    """Return a valid bundle of up to eight campaigns."""
    ids = draw.sample(IDS, draw.randrange(0, 9))
    slots = draw.sample(SLOTS, draw.randrange(1, 6))
    return {
        "schema": 1,
        "at": NOW - draw.choice([0, HOUR, DAY, 300]),
        "until": NOW + draw.choice([1, HOUR, 7 * DAY, 40 * DAY]),
        "site": "https://support.example",
        "newspaper": draw.choice(["The Courier", "The Courier", "", "Ежедневник"]),
        "editions": {
            name: building.edition(
                draw.choice(COUNTRIES), "en-GB", draw.choice(["{d} {month}", "{month} {d}", ""])
            )
            for name in _some(draw, NAMES, 5) or ["uk"]
        },
        "exclusions": [_exclusion(draw, name) for name in draw.sample(IDS, draw.randrange(1, 4))],
        "budget": _budget(draw),
        "slots": [{"id": name, **_cap(draw)} for name in slots],
        "holdout": {"id": draw.choice(IDS), "ppm": draw.choice([0, 1, 30_000, 500_000, 1_000_000])},
        "status": {"fresh": draw.choice([0, DAY]), "grace": draw.choice([0, 1, 30 * DAY])},
        "offers": {name: _offer(draw) for name in _some(draw, IDS, 2)},
        "names": {
            name: dict.fromkeys(_some(draw, COUNTRIES, 3), "there")
            for name in _some(draw, NAMES, 3)
        },
        "campaigns": [_campaign(draw, name, slots) for name in ids],
    }


def hostile_context(draw: Draw, rules: Json) -> Json:
    """Return a valid context, often at the borders of what the bundle says."""
    now = _instant(draw, rules)
    known = [slot["id"] for slot in rules["slots"]]
    campaigns = [item["id"] for item in rules["campaigns"]] or ["one"]
    edition = draw.choice([*rules["editions"]] if draw.random() < 0.95 else NAMES)
    return view(
        now=now,
        tz=draw.choice([0, 0, 60, -300, 345, 780, -720, 1440, -1440]),
        seed=draw.choice([None, "", "é", "🙂", *(str(draw.getrandbits(40)) for _ in range(6))]),
        page={
            "id": draw.choice(NAMES),
            "edition": edition,
            "section": draw.choice(SECTIONS),
            "tags": _some(draw, TAGS, 3),
            "type": draw.choice(TYPES),
            "sensitive": draw.random() < 0.03,
            "opt_out": draw.random() < 0.03,
            "slots": [
                draw.choice(known if draw.random() < 0.9 else [*SLOTS, *IDS])
                for _ in range(draw.randrange(0, 5))
            ],
        },
        reader={
            "state": draw.choice(STATES),
            "as_of": draw.choice([0, 0, now, max(0, now - 31 * DAY - draw.randrange(-1, 2))]),
            "signed_in": draw.random() < 0.5,
            "country": draw.choice(COUNTRIES),
            "region": draw.choice(["", "US-CA", "US-NY"]),
            "device": draw.choice(DEVICES),
            "tier": draw.choice(["", "friend", "patron"]),
            "tenure": draw.choice(TENURES),
            "band": draw.choice(BANDS),
            "hints": _some(draw, HINTS, 3),
            "referrer": draw.choice(REFERRERS),
            "code": draw.choice(CODES),
            "quiet_until": _near(draw, now) if draw.random() < 0.1 else 0,
        },
        history={
            "reads": [
                [now // DAY - draw.randrange(-1, 40), draw.randrange(5)]
                for _ in range(draw.randrange(6))
            ],
            "views": [
                [
                    draw.choice([*campaigns, "gone"]),
                    draw.choice(SLOTS),
                    _ago(draw, now),
                    draw.randrange(2),
                ]
                for _ in range(draw.choice([0, 0, 1, 2, 5]))
            ],
            "dismissed": [_ago(draw, now) for _ in range(draw.choice([0, 0, 0, 1, 2, 4]))],
            "paused_until": _near(draw, now) if draw.random() < 0.1 else 0,
            "arms": {
                draw.choice([*campaigns, "words"]): draw.choice("abc")
                for _ in range(draw.randrange(3))
            },
        },
    )


def _campaign(draw: Draw, name: str, slots: list[str]) -> Json:
    kind = draw.choice(["ask", "ask", "thanks", "card", "notice", "invite"])
    states = ASKABLE if kind == "ask" else ASKABLE + GIVING
    campaign: Json = {
        "id": name,
        "kind": kind,
        "slots": _some(draw, slots, 3) or slots[:1],
        "states": draw.sample(states, draw.randrange(1, len(states) + 1)),
        "variants": [_variant(draw, arm) for arm in "abc"[: draw.randrange(0, 4)]],
    }
    rules: dict[str, Any] = {
        "experiment": draw.choice(["words", "__proto__", name]),
        "signed_in": draw.random() < 0.5,
        "countries": _pick(draw, COUNTRIES),
        "regions": _pick(draw, ["US-CA", "US-NY", ""]),
        "editions": _some(draw, NAMES, 6),
        "sections": _pick(draw, SECTIONS),
        "tags": _pick(draw, TAGS),
        "types": _pick(draw, TYPES),
        "devices": _some(draw, DEVICES, 4),
        "reads": {key: draw.randrange(1, 9) for key in _some(draw, ["days", "min", "max"], 3)},
        "referrers": _some(draw, REFERRERS, 5),
        "codes": _some(draw, CODES, 2),
        "tenures": _some(draw, TENURES, 3),
        "tiers": _some(draw, ["friend", "patron", ""], 2),
        "bands": _some(draw, BANDS, 3),
        "abandoned": draw.random() < 0.5,
        "hint": draw.choice(HINTS),
        "caps": _cap(draw),
        "link": draw.choice(["donate", "support", ""]),
        "offer": draw.choice(IDS),
        "goal": {"GBP": {"goal": "£9", "total": "£1", "percent": 11}},
        "countdown": _near(draw, NOW),
    }
    for key in draw.sample([*rules], draw.choice([0, 1, 1, 2, 3, 6])):
        campaign[key] = rules[key]
    if draw.random() < 0.2:
        campaign["from"] = NOW - draw.choice([0, 1, HOUR, -HOUR])
    if draw.random() < 0.2:
        campaign["to"] = NOW + 2 * HOUR + draw.randrange(3)
    return campaign


def _variant(draw: Draw, name: str) -> Json:
    words = draw.choice(WORDS) if draw.random() < 0.4 else "Hello"
    copy = {"title": "Hello", "body": words, "plea": "", "action": "Give"}
    speaks = NAMES if draw.random() < 0.8 else _some(draw, NAMES, 11)
    weight = draw.choice([0, 1, 1, 3, 333_333])
    return {"id": name, "weight": weight, "code": "", "copy": dict.fromkeys(speaks, copy)}


def _exclusion(draw: Draw, name: str) -> Json:
    return {
        "id": name,
        "slots": _some(draw, SLOTS, 2),
        "sections": _some(draw, ["puzzles", "constructor"], 1),
        "tags": _some(draw, ["grief", "__proto__"], 1),
        "types": _some(draw, ["obituary"], 1),
    }


def _budget(draw: Draw) -> Json:
    budget: Json = {}
    if draw.random() < 0.5:
        budget |= {"asks": draw.randrange(0, 4), "days": draw.randrange(1, 8)}
    if draw.random() < 0.5:
        budget["cooldown"] = draw.choice([[], [7, 14, 30], [0, 1], [30]])
    if draw.random() < 0.5:
        budget["quiet"] = [draw.randrange(24), draw.randrange(24)]
    return budget


def _cap(draw: Draw) -> Json:
    cap: Json = {}
    if draw.random() < 0.4:
        cap |= {"views": draw.randrange(0, 4), "days": draw.choice([1, 7, 30])}
    if draw.random() < 0.3:
        cap["gap"] = draw.choice([0, 1, HOUR, DAY])
    return cap


def _offer(draw: Draw) -> Json:
    offer: Json = {"sets": [GBP, {**USD, "from_price": ""}], "of": {}}
    offer["of"] = {country: draw.randrange(2) for country in _some(draw, COUNTRIES, 4)}
    if draw.random() < 0.5:
        offer["other"] = draw.randrange(2)
    return offer


def _pick(draw: Draw, values: list[str]) -> Json:
    return {key: _some(draw, values, 3) for key in _some(draw, ["in", "out"], 2)}


def _some(draw: Draw, values: list[str], most: int) -> list[str]:
    return draw.sample(values, draw.randrange(0, min(most, len(values)) + 1))


def _instant(draw: Draw, rules: Json) -> int:
    """Return an instant, mostly while the bundle counts, sometimes the very second at which something turns."""
    turns = [rules["at"] - 300, rules["until"]]
    turns += [
        item[key]
        for item in rules["campaigns"]
        for key in ("from", "to", "countdown")
        if key in item
    ]
    if draw.random() < 0.1:
        return int(draw.choice(turns)) + draw.randrange(-1, 2)
    return int(draw.randrange(rules["at"], rules["until"]))


def _near(draw: Draw, now: int) -> int:
    return now + draw.choice([-1, 0, 1, DAY, -DAY])


def _ago(draw: Draw, now: int) -> int:
    days = draw.choice([0, 1, 1, 7, 14, 30, 180])
    return now - days * DAY + draw.choice([-1, 0, 1, -HOUR])
