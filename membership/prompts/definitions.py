"""What an editor says about a campaign and about the house, as plain frozen values.

A definition is what a revision stores (`as_json`) and what `parsing.py` makes of it again. It names
instants in the campaign's own time zone and money in minor units; `compiling.py` makes the
published bundle of it, in which every instant is a Unix time and every amount is already printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

# What a prompt is: an ask asks for money, an invitation offers a supporter more, and the others ask for nothing.
KINDS = ("ask", "invite", "thanks", "card", "notice")
# The kinds that the fatigue budget counts.
COUNTED = frozenset({"ask", "invite"})
LINKS = ("donate", "support", "card", "")
STATES = (
    "anonymous",
    "registered",
    "lapsed",
    "one_off",
    "recurring",
    "paused",
    "payment_failing",
    "ending",
)
# Whoever is in another state supports the newspaper, or tries to, and is never asked.
ASKABLE = frozenset({"anonymous", "registered", "lapsed"})
DEVICES = ("phone", "tablet", "desktop")
REFERRERS = ("search", "social", "newsletter", "internal", "direct", "other")
TENURES = ("new", "settled", "long")
BANDS = ("small", "middle", "large")


@dataclass(frozen=True, slots=True)
class Choice:
    """Those that are included, everybody where it is empty, less those that are excluded."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[str]]:
        """Return it under `in` and `out`; a list that says nothing is left out."""
        pairs = (("in", self.included), ("out", self.excluded))
        return {name: list(values) for name, values in pairs if values}


@dataclass(frozen=True, slots=True)
class Reads:
    """How many articles were read in the last `days`, from `least` to `most`; no upper bound where `most` is None."""

    days: int
    least: int = 0
    most: int | None = None

    def as_json(self) -> dict[str, int]:
        known = {"days": self.days, "min": self.least}
        return known if self.most is None else {**known, "max": self.most}


@dataclass(frozen=True, slots=True)
class Targeting:
    """Whom a campaign is for besides their states; what is empty restricts nobody."""

    signed_in: bool | None = None
    countries: Choice = Choice()
    regions: Choice = Choice()  # ISO 3166-2: US-CA.
    editions: tuple[str, ...] = ()
    sections: Choice = Choice()
    tags: Choice = Choice()
    types: Choice = Choice()
    devices: tuple[str, ...] = ()
    reads: Reads | None = None
    referrers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    tenures: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    abandoned: bool | None = None
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what restricts somebody; what says nothing is left out, as in the bundle."""
        choices = ("countries", "regions", "sections", "tags", "types")
        lists = ("editions", "devices", "referrers", "codes", "tenures", "tiers", "bands")
        said: dict[str, Any] = {name: getattr(self, name).as_json() for name in choices}
        said |= {name: list(getattr(self, name)) for name in lists}
        said |= {"reads": self.reads.as_json() if self.reads else None, "hint": self.hint}
        said = {name: value for name, value in said.items() if value}
        flags = {"signed_in": self.signed_in, "abandoned": self.abandoned}
        return said | {name: flag for name, flag in flags.items() if flag is not None}


@dataclass(frozen=True, slots=True)
class Caps:
    """At most `views` in `days`, and at least `gap` seconds between two."""

    views: int
    days: int
    gap: int = 0

    def as_json(self) -> dict[str, int]:
        return {"views": self.views, "days": self.days, "gap": self.gap}


@dataclass(frozen=True, slots=True)
class Schedule:
    """The half-open time of a campaign, as clocks in `zone` (an IANA name) show it; open where None.

    An instant that clocks in the zone skip is taken as the one after the change, one that they show twice as the first.
    """

    zone: str
    starts: datetime | None = None
    ends: datetime | None = None
    countdown: datetime | None = None

    def instant(self, shown: datetime) -> datetime:
        """Return the instant at which clocks in the zone show `shown`."""
        return shown.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def as_json(self) -> dict[str, str]:
        times = {"starts": self.starts, "ends": self.ends, "countdown": self.countdown}
        shown = {name: time.isoformat("T", "minutes") for name, time in times.items() if time}
        return {"zone": self.zone, **shown}


@dataclass(frozen=True, slots=True)
class Goal:
    """What the offer's campaign shall raise from `since` on, in minor units by currency, each counted by itself."""

    amounts: Mapping[str, int]
    since: date

    def as_json(self) -> dict[str, Any]:
        return {"amounts": dict(sorted(self.amounts.items())), "since": self.since.isoformat()}


@dataclass(frozen=True, slots=True)
class Copy:
    """A prompt's text in one edition. `body` and `plea` may hold inline markup; `action` is its button's or link's."""

    title: str
    body: str
    plea: str = ""
    action: str = ""

    def as_json(self) -> dict[str, str]:
        texts = {"title": self.title, "body": self.body, "plea": self.plea, "action": self.action}
        return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm of a campaign's experiment: its weight among the others (0 is off) and its words by edition."""

    id: str
    weight: int
    copy: Mapping[str, Copy]

    def as_json(self) -> dict[str, Any]:
        copy = {edition: words.as_json() for edition, words in sorted(self.copy.items())}
        return {"id": self.id, "weight": self.weight, "copy": copy}


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole campaign. Of two that fit a reader, the one of higher `priority` is shown, then the one of lower key."""

    name: str
    kind: str
    slots: tuple[str, ...]
    states: tuple[str, ...]
    variants: tuple[Variant, ...]
    priority: int = 0
    targeting: Targeting = Targeting()
    caps: Caps | None = None
    schedule: Schedule | None = None
    goal: Goal | None = None
    experiment: str = ""  # The campaign's key where it is empty.
    link: str = ""
    offer: str = ""
    note: str = field(default="", compare=False)  # For colleagues; never published.

    @property
    def live_variants(self) -> tuple[Variant, ...]:
        """The variants that anybody can see."""
        return tuple(variant for variant in self.variants if variant.weight)

    def as_json(self) -> dict[str, Any]:
        """Return what a revision stores; `parse_definition` makes the same definition of it."""
        said = {
            "targeting": self.targeting.as_json(),
            "caps": self.caps and self.caps.as_json(),
            "schedule": self.schedule and self.schedule.as_json(),
            "goal": self.goal and self.goal.as_json(),
            "experiment": self.experiment,
            "link": self.link,
            "offer": self.offer,
            "note": self.note,
        }
        return {
            "name": self.name,
            "kind": self.kind,
            "slots": list(self.slots),
            "states": list(self.states),
            "priority": self.priority,
            "variants": [variant.as_json() for variant in self.variants],
            **{name: value for name, value in said.items() if value},
        }
