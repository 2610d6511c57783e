"""The parts of a bundle beside its campaigns, as immutable data, and how each is read from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from membership.prompts.rules.campaign_reading import read_cap
from membership.prompts.rules.campaigns import Cap
from membership.prompts.rules.reading import MOST_DAYS, Fields, Malformed, as_number, as_text

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: the country assumed of its readers, and how its days are written."""

    country: str
    locale: str
    days: tuple[str, ...]  # Monday first.
    months: tuple[str, ...]
    date: str  # With {d} and {month}.


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Pages on which the slots (none named: all) stay empty: of a section, or with a tag, or of a type."""

    id: str
    slots: frozenset[str]
    sections: frozenset[str]
    tags: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one reader is asked at most, over all slots; `quiet` are local hours, half-open, over midnight if so."""

    asks: int | None
    days: int
    cooldown: tuple[int, ...]  # Days without asks after the first, second, … dismissal.
    quiet: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on a page, and how often it asks one reader."""

    id: str
    cap: Cap


@dataclass(frozen=True, slots=True)
class Holdout:
    """The readers who are never asked, in parts per million, so that asking itself can be measured."""

    id: str
    ppm: int


@dataclass(frozen=True, slots=True)
class PriceSet:
    """What an offer takes in one currency; suggestions are pairs of the amount to send and the amount to show."""

    currency: str
    from_price: str
    monthly: tuple[tuple[str, str], ...]
    once: tuple[tuple[str, str], ...]
    takes_once: bool
    takes_monthly: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer's prices by country; `other` is for every country that is not named, None where there is none."""

    sets: tuple[PriceSet, ...]
    of: Mapping[str, int]
    other: int | None


def read_edition(value: object, where: str) -> Edition:
    """Return the edition that the JSON describes; raises Malformed with the sentence why not."""
    fields = Fields(value, where)
    edition = Edition(
        country=fields.text("country"),
        locale=fields.text("locale"),
        days=fields.texts("days"),
        months=fields.texts("months"),
        date=fields.text("date"),
    )
    fields.close()
    if len(edition.days) != 7 or len(edition.months) != 12:
        raise Malformed(f"{where} must name seven days and twelve months.")
    return edition


def read_exclusion(value: object, where: str) -> Exclusion:
    """Return the exclusion rule that the JSON describes; raises Malformed with the sentence why not."""
    fields = Fields(value, where)
    exclusion = Exclusion(
        fields.text("id"),
        *(frozenset(fields.texts(name)) for name in ("slots", "sections", "tags", "types")),
    )
    fields.close()
    return exclusion


def read_budget(value: object) -> Budget:
    """Return the budget that the JSON describes; raises Malformed with the sentence why not."""
    fields = Fields(value, "“budget”")
    budget = Budget(
        asks=fields.optional_number("asks"),
        days=fields.number("days", 0, most=MOST_DAYS),
        cooldown=fields.each("cooldown", _days) if fields.has("cooldown") else (),
        quiet=_quiet(fields),
    )
    fields.close()
    if (budget.asks is None) != (budget.days == 0):
        raise Malformed("“budget” needs “asks” and “days” together, or neither.")
    return budget


def _days(value: object, where: str) -> int:
    return as_number(value, where, most=MOST_DAYS)


def _quiet(fields: Fields) -> tuple[int, int] | None:
    if not fields.has("quiet"):
        return None
    hours = fields.each("quiet", lambda value, where: as_number(value, where, most=23))
    if len(hours) != 2:
        raise Malformed(f"“quiet” of {fields.where} must be two hours.")
    return hours[0], hours[1]


def read_slot(value: object, where: str) -> Slot:
    """Return the slot with its cap that the JSON describes; raises Malformed with the sentence why not."""
    fields = Fields(value, where)
    slot = Slot(fields.text("id"), read_cap(fields))
    fields.close()
    return slot


def read_holdout(value: object) -> Holdout:
    """Return the holdout that the JSON describes; raises Malformed with the sentence why not."""
    fields = Fields(value, "“holdout”")
    holdout = Holdout(fields.text("id"), fields.number("ppm", most=MILLION))
    fields.close()
    return holdout


def read_offer(value: object, where: str) -> Offer:
    """Return the offer that the JSON describes; raises Malformed with the sentence why not."""
    fields = Fields(value, where)
    sets = fields.each("sets", _prices)

    def place(value: object, where: str) -> int:
        return as_number(value, where, most=len(sets) - 1)

    offer = Offer(
        sets, fields.named("of", place), fields.optional_number("other", most=len(sets) - 1)
    )
    fields.close()
    return offer


def _prices(value: object, where: str) -> PriceSet:
    fields = Fields(value, where)
    prices = PriceSet(
        currency=fields.text("currency"),
        from_price=fields.text("from_price", ""),
        monthly=fields.each("monthly", _pair) if fields.has("monthly") else (),
        once=fields.each("once", _pair) if fields.has("once") else (),
        takes_once=bool(fields.number("takes_once", 0, most=1)),
        takes_monthly=bool(fields.number("takes_monthly", 0, most=1)),
    )
    fields.close()
    return prices


def _pair(value: object, where: str) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Malformed(f"{where} must be an amount and how it is written.")
    return as_text(value[0], where), as_text(value[1], where)


def read_names(value: object, where: str) -> dict[str, str]:
    """Return the countries and their names that the JSON describes; raises Malformed with the sentence why not."""
    return {country: as_text(name, where) for country, name in Fields(value, where).rest().items()}
