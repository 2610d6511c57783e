"""Reading a campaign out of the bundle's JSON: what is not exactly right is refused with a sentence."""

from membership.prompts.rules.audiences import ASKABLE, Kind, ReaderState
from membership.prompts.rules.campaigns import (
    DAYS_READ,
    MOST_WEIGHT,
    Campaign,
    Cap,
    Copy,
    Goal,
    Pick,
    Reads,
    Variant,
)
from membership.prompts.rules.reading import MOST_DAYS, MOST_SECONDS, Fields, Malformed


def read_campaign(value: object, where: str) -> Campaign:
    """Return the campaign that the JSON object describes; raises Malformed with the sentence why not."""
    fields = Fields(value, where)
    name = fields.text("id")
    fields.where = f"campaign “{name}”"
    campaign = Campaign(
        id=name,
        slots=frozenset(fields.texts("slots")),
        kind=_kind(fields),
        states=_states(fields),
        variants=fields.each("variants", _variant),
        experiment=fields.text("experiment", name),
        signed_in=fields.optional_flag("signed_in"),
        countries=_pick(fields, "countries"),
        regions=_pick(fields, "regions"),
        editions=frozenset(fields.texts("editions")),
        sections=_pick(fields, "sections"),
        tags=_pick(fields, "tags"),
        types=_pick(fields, "types"),
        devices=frozenset(fields.texts("devices")),
        reads=_reads(fields),
        referrers=frozenset(fields.texts("referrers")),
        codes=frozenset(fields.texts("codes")),
        tenures=frozenset(fields.texts("tenures")),
        tiers=frozenset(fields.texts("tiers")),
        bands=frozenset(fields.texts("bands")),
        abandoned=fields.optional_flag("abandoned"),
        hint=fields.text("hint", ""),
        starts_at=fields.optional_number("from", most=MOST_SECONDS),
        ends_at=fields.optional_number("to", most=MOST_SECONDS),
        cap=read_cap(Fields(fields.take("caps"), f"“caps” of {fields.where}"))
        if fields.has("caps")
        else Cap(),
        link=fields.text("link", ""),
        offer=fields.text("offer", ""),
        goals=fields.named("goal", _goal),
        countdown=fields.optional_number("countdown", most=MOST_SECONDS),
    )
    fields.close()
    _check(campaign, fields.where)
    return campaign


def read_cap(fields: Fields) -> Cap:
    """Return the cap of a slot or campaign, and take nothing else of the object."""
    cap = Cap(
        views=fields.optional_number("views"),
        days=fields.number("days", 0, most=MOST_DAYS),
        gap=fields.number("gap", 0, most=MOST_SECONDS),
    )
    if (cap.views is None) != (cap.days == 0):
        raise Malformed(f"{fields.where} needs “views” and “days” together, or neither.")
    return cap


def _check(campaign: Campaign, where: str) -> None:
    if not campaign.slots or not campaign.states:
        raise Malformed(f"{where} must name at least one slot and one state.")
    if campaign.kind == Kind.ASK and not campaign.states <= ASKABLE:
        given = ", ".join(sorted(campaign.states - ASKABLE))
        raise Malformed(f"{where} would ask readers who give already ({given}).")
    if len({variant.id for variant in campaign.variants}) != len(campaign.variants):
        raise Malformed(f"{where} has two variants of the same id.")
    if sum(variant.weight for variant in campaign.variants) > MOST_WEIGHT:
        raise Malformed(f"{where} has weights of more than {MOST_WEIGHT} together.")
    begins, ends = campaign.starts_at, campaign.ends_at
    if begins is not None and ends is not None and begins >= ends:
        raise Malformed(f"{where} ends before it begins.")


def _kind(fields: Fields) -> Kind:
    word = fields.text("kind")
    if word not in set(Kind):
        raise Malformed(f"{fields.where} is of the kind “{word}”, which does not exist.")
    return Kind(word)


def _states(fields: Fields) -> frozenset[ReaderState]:
    words = fields.texts("states")
    for word in words:
        if word not in set(ReaderState):
            raise Malformed(f"{fields.where} is for the state “{word}”, which does not exist.")
    return frozenset(ReaderState(word) for word in words)


def _pick(fields: Fields, name: str) -> Pick:
    if not fields.has(name):
        return Pick()
    inner = Fields(fields.take(name), f"“{name}” of {fields.where}")
    pick = Pick(frozenset(inner.texts("in")), frozenset(inner.texts("out")))
    inner.close()
    return pick


def _reads(fields: Fields) -> Reads | None:
    if not fields.has("reads"):
        return None
    inner = Fields(fields.take("reads"), f"“reads” of {fields.where}")
    reads = Reads(
        inner.number("days", DAYS_READ, most=MOST_DAYS),
        inner.number("min", 0),
        inner.optional_number("max"),
    )
    inner.close()
    return reads


def _variant(value: object, where: str) -> Variant:
    fields = Fields(value, where)
    variant = Variant(
        id=fields.text("id"),
        weight=fields.number("weight", most=MOST_WEIGHT),
        code=fields.text("code", ""),
        copy=fields.named("copy", _copy),
    )
    fields.close()
    return variant


def _copy(value: object, where: str) -> Copy:
    fields = Fields(value, where)
    copy = Copy(
        fields.text("title"),
        fields.text("body"),
        fields.text("plea", ""),
        fields.text("action", ""),
    )
    fields.close()
    return copy


def _goal(value: object, where: str) -> Goal:
    fields = Fields(value, where)
    goal = Goal(fields.text("goal"), fields.text("total"), fields.number("percent"))
    fields.close()
    return goal
