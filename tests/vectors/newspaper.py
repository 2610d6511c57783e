"""A bundle as a newspaper would publish it: forty live campaigns over all slots, with caps, a budget and a holdout."""

from tests.vectors.building import (
    ASKABLE,
    DAY,
    NOW,
    Json,
    ask,
    bundle,
    campaign,
    card,
    exclusion,
    invite,
    thanks,
    variant,
)

WORDS = "You have read {article_count} articles. From {from_price} a month, {newspaper} stays open."
SECTIONS = ["news", "sport", "politics", "culture", "business", "opinion"]


def forty_campaigns(**changes: object) -> Json:
    """Return the bundle; every call returns a new one, which the caller may change."""
    rules = bundle(
        card(slots=["header-line", "in-article"], caps={"gap": DAY}),
        thanks(id="thanks-once", states=["one_off"], caps={"views": 3, "days": 30}),
        thanks(id="thanks-always", states=["recurring"], caps={"views": 2, "days": 30}),
        campaign("notice", ["paused"], caps={"views": 2, "days": 30}),
        campaign("notice", ["ending"], id="come-back", caps={"views": 1, "days": 30}),
        invite(id="monthly", states=["one_off"], hint="invite", caps={"views": 1, "days": 90}),
        invite(
            id="upgrade",
            states=["recurring"],
            hint="invite",
            tenures=["settled", "long"],
            slots=["end-of-article"],
            caps={"views": 1, "days": 90},
        ),
        ask(id="basket", abandoned=True, slots=["header-line", "in-article", "banner"]),
        *_appeals(),
        exclusions=[
            exclusion("obituaries", types=["obituary"]),
            exclusion("grief", tags=["content-warning"]),
            exclusion("puzzles", slots=["banner"], sections=["puzzles"]),
        ],
        budget={"asks": 4, "days": 7, "cooldown": [7, 14, 30], "quiet": [22, 7]},
        slots=[
            {"id": "header-line", "views": 3, "days": 7},
            {"id": "in-article", "views": 4, "days": 30, "gap": DAY},
            {"id": "end-of-article", "views": 4, "days": 30},
            {"id": "banner", "views": 3, "days": 7},
            {"id": "message"},
        ],
        holdout={"id": "holdout-2026", "ppm": 30_000},
        offers={"support": _offer()},
    )
    return {**rules, **changes}


def _offer() -> Json:
    sets = [
        {"currency": currency, "from_price": price, "monthly": [], "once": [], "takes_once": 1}
        for currency, price in (("GBP", "£3"), ("USD", "$5"), ("EUR", "€4"))
    ]
    return {"sets": sets, "of": {"GB": 0, "US": 1, "IE": 2, "DE": 2, "FR": 2}, "other": 0}


def _appeals() -> list[Json]:
    slots = [["in-article"], ["end-of-article"], ["banner"], ["header-line"]]
    appeals = []
    for number in range(32):
        arms = [variant(arm, 5_000, f"Arm {arm}, appeal {number}. {WORDS}") for arm in "ab"]
        rules: Json = {"id": f"appeal-{number}", "slots": slots[number % 4], "variants": arms}
        rules |= {"offer": "support", "reads": {"days": 30, "min": 1 + number % 5}}
        rules["states"] = [ASKABLE[number % 3], ASKABLE[(number + 1) % 3]]
        if number % 2:
            rules["countries"] = {"in": ["US", "CA"]} if number % 4 == 1 else {"out": ["US"]}
        if number % 5 == 0:
            rules["sections"] = {"in": [SECTIONS[number % 6]]}
        if number % 7 == 0:
            rules["devices"] = ["phone", "tablet"]
        if number % 11 == 0:
            rules |= {"from": NOW + number * DAY // 8, "to": NOW + 20 * DAY}
        rules["caps"] = {"views": 4, "days": 30, "gap": DAY // 2}
        appeals.append(ask(**rules))
    return appeals
