"""The rules that hold for every campaign: where no prompt stands, how often anybody is asked, who is never asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from membership.prompts.reading import Fields, Refused

_SLUG = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Exclusion:
    """No prompt in `slots` (all of them where empty) on pages of any of these sections, tags or content types."""

    id: str
    slots: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        lists = ("slots", "sections", "tags", "types")
        return {"id": self.id, **{name: list(getattr(self, name)) for name in lists}}


@dataclass(frozen=True, slots=True)
class SlotRule:
    """A place on the page: at most `views` asks in `days`, `gap` seconds apart; no limit of its own where None."""

    id: str
    views: int | None = None
    days: int | None = None
    gap: int = 0

    def as_json(self) -> dict[str, Any]:
        if self.views is None:
            return {"id": self.id}
        return {"id": self.id, "views": self.views, "days": self.days, "gap": self.gap}


@dataclass(frozen=True, slots=True)
class Budget:
    """Over all slots: at most `asks` in `days`; after a dismissal none for `cooldown` days, longer each time.

    Nobody is asked in the `quiet` hours of their own clock, from the first to before the second.
    """

    asks: int
    days: int
    cooldown: tuple[int, ...]
    quiet: tuple[int, int]

    def as_json(self) -> dict[str, Any]:
        return {
            "asks": self.asks,
            "days": self.days,
            "cooldown": list(self.cooldown),
            "quiet": list(self.quiet),
        }


@dataclass(frozen=True, slots=True)
class HouseRules:
    """One version of the rules; `slots` in the order in which a page's places are decided.

    Of a million readers `holdout_ppm` are never asked, by a hash under the name `holdout`, so that what asking does
    can be known. A supporter's status is believed for `fresh` seconds, and that they support for `grace` more.
    """

    exclusions: tuple[Exclusion, ...]
    slots: tuple[SlotRule, ...]
    budget: Budget
    holdout: str
    holdout_ppm: int
    fresh: int = _DAY
    grace: int = 30 * _DAY

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored and as the bundle holds it."""
        return {
            "exclusions": [exclusion.as_json() for exclusion in self.exclusions],
            "slots": [slot.as_json() for slot in self.slots],
            "budget": self.budget.as_json(),
            "holdout": {"id": self.holdout, "ppm": self.holdout_ppm},
            "status": {"fresh": self.fresh, "grace": self.grace},
        }


def parse_rules(data: Mapping[str, Any]) -> HouseRules:
    """Return the rules that `data` describes; raises Refused with all that is wrong.

    Rules without a single exclusion are refused: a newspaper that has no page unfit for an appeal has forgotten one.
    """
    fields = Fields(data, [])
    budget, holdout = fields.inner("budget"), fields.inner("holdout")
    status = fields.inner("status")
    rules = HouseRules(
        exclusions=tuple(_exclusion(row) for row in _rows(fields, "exclusions")),
        slots=tuple(_slot(row) for row in _rows(fields, "slots")),
        budget=_budget(budget or Fields({}, fields.problems, "budget")),
        holdout=holdout.slug("id", required=True) if holdout else "",
        holdout_ppm=holdout.integer("ppm", least=0, most=500_000) if holdout else 0,
        fresh=status.integer("fresh", least=60, most=30 * _DAY, default=_DAY) if status else _DAY,
        grace=(
            status.integer("grace", least=0, most=366 * _DAY, default=30 * _DAY)
            if status
            else 30 * _DAY
        ),
    )
    if holdout is None:
        fields.refuse("holdout", "say which share of readers is never asked, 0 if none.")
    for inner in (holdout, status):
        if inner is not None:
            inner.done()
    fields.done()
    if fields.problems:
        raise Refused(fields.problems)
    return rules


def _rows(fields: Fields, name: str) -> list[Fields]:
    rows = fields.take(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        fields.refuse(name, "must be a list with at least one entry.")
        return []
    ids = [str(row.get("id")) for row in rows]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        fields.refuse(name, f"two are called “{twice}”.")
    return [Fields(row, fields.problems, f"{name}.{row.get('id')}") for row in rows]


def _exclusion(row: Fields) -> Exclusion:
    exclusion = Exclusion(
        id=row.slug("id", required=True),
        slots=row.words("slots", shape=_SLUG),
        sections=row.words("sections", shape=_SLUG),
        tags=row.words("tags", shape=_SLUG),
        types=row.words("types", shape=_SLUG),
    )
    if not (exclusion.sections or exclusion.tags or exclusion.types):
        row.refuse("", "names no section, tag or type, so it excludes nothing.")
    row.done()
    return exclusion


def _slot(row: Fields) -> SlotRule:
    slot_id = row.slug("id", required=True)
    if "views" not in row.data:
        row.done()
        return SlotRule(slot_id)
    slot = SlotRule(
        slot_id,
        views=row.integer("views", least=1, most=1000),
        days=row.integer("days", least=1, most=366),
        gap=row.integer("gap", least=0, most=366 * _DAY, default=0),
    )
    row.done()
    return slot


def _budget(fields: Fields) -> Budget:
    cooldown = fields.take("cooldown")
    if not _are_integers(cooldown, least=1, most=366) or list(cooldown) != sorted(cooldown):
        fields.refuse("cooldown", "must be days that never grow shorter: 7, 14, 30.")
        cooldown = [1]
    quiet = fields.take("quiet")
    if not _are_integers(quiet, least=0, most=23) or len(quiet) != 2:
        fields.refuse("quiet", "must be two hours of the day: 22, 7.")
        quiet = [0, 0]
    budget = Budget(
        asks=fields.integer("asks", least=0, most=1000),
        days=fields.integer("days", least=1, most=366),
        cooldown=tuple(cooldown),
        quiet=(quiet[0], quiet[1]),
    )
    fields.done()
    return budget


def _are_integers(value: Any, *, least: int, most: int) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(type(each) is int and least <= each <= most for each in value)
    )
