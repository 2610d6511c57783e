"""The words in which the cases are written: a small bundle, a page view, and what is expected of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

DAY = 86_400
HOUR = 3_600
NOW = int(datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp())  # A Tuesday.
TODAY = NOW // DAY
FOREVER = 30 * DAY

ASKABLE = ["anonymous", "registered", "lapsed"]
GIVING = ["one_off", "recurring", "paused", "payment_failing", "ending"]

_WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_YEAR = ["January", "February", "March", "April", "May", "June", "July"]
_YEAR += ["August", "September", "October", "November", "December"]


@dataclass(frozen=True, slots=True)
class Case:
    """One page view and what its slots show, stated by hand."""

    name: str
    bundle: Json
    context: Json
    expected: list[Json]


def bundle(*campaigns: Json, **changes: Any) -> Json:
    """A bundle of two editions and five slots without caps, budget or holdout, but for `changes`."""
    return {
        "schema": 1,
        "at": NOW - FOREVER,
        "until": NOW + FOREVER,
        "site": "https://support.example",
        "newspaper": "The Courier",
        "editions": {
            "uk": edition("GB", "en-GB", "{d} {month}"),
            "us": edition("US", "en-US", "{month} {d}"),
        },
        "exclusions": [exclusion("obituaries", types=["obituary"])],
        "budget": {},
        "slots": [{"id": name} for name in SLOTS],
        "holdout": {"id": "holdout", "ppm": 0},
        "status": {"fresh": DAY, "grace": 30 * DAY},
        "offers": {"support": {"sets": [GBP, USD], "of": {"GB": 0, "US": 1}}},
        "names": {"us": {"US": "the United States"}},
        "campaigns": list(campaigns),
        **changes,
    }


SLOTS = ["header-line", "in-article", "end-of-article", "banner", "message"]
GBP = {"currency": "GBP", "from_price": "£3", "monthly": [["3", "£3"]], "once": [], "takes_once": 1}
USD = {"currency": "USD", "from_price": "$5", "monthly": [["5", "$5"]], "once": [], "takes_once": 1}


def edition(country: str, locale: str, date: str) -> Json:
    return {"country": country, "locale": locale, "days": _WEEK, "months": _YEAR, "date": date}


def exclusion(name: str, **matches: list[str]) -> Json:
    return {"id": name, "slots": [], "sections": [], "tags": [], "types": [], **matches}


def variant(name: str = "a", weight: int = 1, words: str = "Hello", **changes: Any) -> Json:
    """A variant that says `words` in both editions."""
    copy = {
        edition: {"title": "Stay with us", "body": words, "plea": "", "action": "Give"}
        for edition in ("uk", "us")
    }
    return {"id": name, "weight": weight, "code": f"code-{name}", "copy": copy, **changes}


def campaign(kind: str, states: list[str], **changes: Any) -> Json:
    return {
        "id": kind,
        "slots": ["in-article"],
        "kind": kind,
        "states": states,
        "variants": [variant()],
        **changes,
    }


def ask(**changes: Any) -> Json:
    """An ask of everyone who may be asked, in the middle of the article."""
    return campaign("ask", **{"states": ASKABLE, **changes})


def thanks(**changes: Any) -> Json:
    return campaign("thanks", **{"states": ASKABLE + GIVING, **changes})


def notice(**changes: Any) -> Json:
    return campaign("notice", **{"states": ASKABLE + GIVING, **changes})


def invite(**changes: Any) -> Json:
    return campaign("invite", **{"states": ASKABLE + GIVING, **changes})


def card(**changes: Any) -> Json:
    return campaign("card", ["payment_failing"], **changes)


def view(*, now: int = NOW, tz: int = 0, seed: str | None = "reader", **parts: Json) -> Json:
    """A page view at noon of a UK news article by an unknown reader in no known country, but for `parts`."""
    return {
        "now": now,
        "tz": tz,
        "seed": seed,
        "page": {
            "id": "harbour-lights",
            "edition": "uk",
            "section": "news",
            "tags": [],
            "type": "article",
            "sensitive": False,
            "opt_out": False,
            "slots": ["in-article"],
            **parts.get("page", {}),
        },
        "reader": {
            "state": "anonymous",
            "as_of": 0,
            "signed_in": False,
            "country": "",
            "region": "",
            "device": "phone",
            "tier": "",
            "tenure": "",
            "band": "",
            "hints": [],
            "referrer": "direct",
            "code": "",
            "quiet_until": 0,
            **parts.get("reader", {}),
        },
        "history": {
            "reads": [],
            "views": [],
            "dismissed": [],
            "paused_until": 0,
            "arms": {},
            **parts.get("history", {}),
        },
    }


def seen(*ago: int, campaign: str = "ask", slot: str = "in-article", asks: int = 1) -> Json:
    """The part `history` with views at so many seconds before noon."""
    return {"views": [[campaign, slot, NOW - seconds, asks] for seconds in ago]}


def shows(
    name: str = "ask",
    variant: str = "a",
    arm: str | None = None,
    *,
    slot: str = "in-article",
    after: list[list[str]] | None = None,
) -> Json:
    """The campaign is shown, `after` others that failed."""
    return {
        "slot": slot,
        "campaign": name,
        "variant": variant,
        "arm": arm or variant,
        "reason": "shown",
        "held": None,
        "trace": [*(after or []), [name, "shown"]],
    }


def fails(*steps: str, slot: str = "in-article") -> Json:
    """Nothing fits; each step is "campaign filter"."""
    return _empty(slot, "nothing_fits", [step.split() for step in steps])


def stays_empty(reason: str, slot: str = "in-article") -> Json:
    """No campaign was looked at."""
    return _empty(slot, reason, [])


def holds(name: str = "ask", *, slot: str = "in-article") -> Json:
    """The reader is in the holdout and would have seen the campaign."""
    return _empty(slot, "holdout", [[name, "holdout"]], arm="holdout", held=name)


def _empty(slot: str, reason: str, trace: list[list[str]], **changes: Any) -> Json:
    empty = {"campaign": None, "variant": None, "arm": None, "reason": reason, "held": None}
    return {"slot": slot, **empty, "trace": trace, **changes}


def each_way(
    name: str, rules: Json, failed: str, *, passing: dict[str, Json], failing: dict[str, Json]
) -> Iterator[Case]:
    """One case for each view that passes and that fails the filter; keys say what is particular about the view."""
    for what, context in passing.items():
        yield Case(f"{name}: {what} passes", rules, context, [shows(_only(rules))])
    for what, context in failing.items():
        yield Case(f"{name}: {what} fails", rules, context, [fails(f"{_only(rules)} {failed}")])


def _only(rules: Json) -> str:
    [only] = rules["campaigns"]
    return str(only["id"])
