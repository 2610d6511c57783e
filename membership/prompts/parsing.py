"""From a stored or typed JSON definition to a `Definition`, with every mistake as a sentence."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale

from membership.prompts import definitions as d
from membership.prompts.editions import EDITIONS
from membership.prompts.placeholders import CATALOGUE, Source, names_in, problems_in
from membership.prompts.reading import Fields, Problem, Refused
from membership.prompts.wording import plain, sanitise
from payments.currencies import KNOWN

_SLUG = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
# Bundles carry weights as integers whose sums stay exact in every language.
_MOST_WEIGHT = 1_000_000
# Under these names events count readers who got no variant by chance.
_NO_VARIANTS = frozenset({"default", "holdout"})
_MOST_SECONDS = 366 * 86_400
# CLDR's territories hold unions, test codes and continents (three digits) besides countries.
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRIES = (
    frozenset(code for code in map(str, Locale("en").territories) if code.isalpha()) - _NO_COUNTRIES
)


def parse_definition(data: Mapping[str, Any]) -> d.Definition:
    """Return the campaign that `data` describes, its words cleaned; raises Refused with all that is wrong."""
    fields = Fields(data, [])
    definition = d.Definition(
        name=fields.text("name", longest=120, required=True),
        kind=fields.one_of("kind", d.KINDS, required=True),
        slots=fields.words("slots", shape=_SLUG),
        states=fields.words("states", allowed=d.STATES),
        variants=_variants(fields),
        priority=fields.integer("priority", least=0, most=9999, default=0),
        targeting=_targeting(fields.inner("targeting")),
        caps=_caps(fields.inner("caps")),
        schedule=_schedule(fields.inner("schedule")),
        goal=_goal(fields.inner("goal")),
        experiment=fields.slug("experiment"),
        link=fields.one_of("link", d.LINKS),
        offer=fields.slug("offer"),
        note=fields.text("note", longest=2000),
    )
    fields.done()
    # What follows reads fields that make sense; a sentence about a consequence of a mistake only confuses.
    if not fields.problems:
        _check_whole(definition, fields)
    if fields.problems:
        raise Refused(fields.problems)
    return definition


def _check_whole(definition: d.Definition, fields: Fields) -> None:
    _check_audience(definition, fields)
    _check_words(definition, fields)
    if sum(variant.weight for variant in definition.variants) > _MOST_WEIGHT:
        fields.refuse("variants", f"the weights come to more than {_MOST_WEIGHT:,} together.")
    if not definition.live_variants:
        fields.refuse("variants", "at least one needs a weight above 0, else nobody sees this.")
    if definition.link == "donate" and not definition.offer:
        fields.refuse("offer", "name the campaign whose donation page the prompt leads to.")
    if definition.kind in d.COUNTED and definition.link != "donate":
        fields.refuse("link", "an ask or an invitation leads to a donation page: choose donate.")


def _check_audience(definition: d.Definition, fields: Fields) -> None:
    for name, values in (("slots", definition.slots), ("states", definition.states)):
        if not values:
            fields.refuse(name, "must name at least one, else nobody sees this.")
    if definition.kind == "ask" and (wrong := set(definition.states) - d.ASKABLE):
        fields.refuse("states", f"a supporter is never asked: take out {', '.join(sorted(wrong))}.")
    if definition.kind == "invite" and "payment_failing" in definition.states:
        fields.refuse("states", "whoever's payment fails is not invited to give more.")


def _check_words(definition: d.Definition, fields: Fields) -> None:
    known = {name for variant in definition.variants for name in _names(variant)}
    sources = {CATALOGUE[name].source for name in known}
    if Source.OFFER in sources and not definition.offer:
        fields.refuse("offer", "the words name a price, and only an offer has prices.")
    if Source.GOAL in sources and not (definition.goal and definition.offer):
        fields.refuse("goal", "the words name a goal, so give one, and the offer that it is for.")
    if Source.COUNTDOWN in sources and not (definition.schedule and definition.schedule.countdown):
        fields.refuse("schedule.countdown", "the words count the days down, so say until when.")


def _names(variant: d.Variant) -> set[str]:
    return {
        name
        for words in variant.copy.values()
        for text in words.as_json().values()
        for name in names_in(text)
    }


def _choice(fields: Fields, name: str, *, shape: str) -> d.Choice:
    inner = fields.inner(name)
    if inner is None:
        return d.Choice()
    choice = d.Choice(inner.words("in", shape=shape), inner.words("out", shape=shape))
    if both := set(choice.included) & set(choice.excluded):
        fields.refuse(name, f"{', '.join(sorted(both))} is both included and excluded.")
    inner.done()
    return choice


def _targeting(fields: Fields | None) -> d.Targeting:
    if fields is None:
        return d.Targeting()
    targeting = d.Targeting(
        signed_in=fields.flag("signed_in"),
        countries=_choice(fields, "countries", shape=r"[A-Z]{2}"),
        regions=_choice(fields, "regions", shape=r"[A-Z]{2}-[A-Z0-9]{1,3}"),
        editions=fields.words("editions", allowed=tuple(EDITIONS)),
        sections=_choice(fields, "sections", shape=_SLUG),
        tags=_choice(fields, "tags", shape=_SLUG),
        types=_choice(fields, "types", shape=_SLUG),
        devices=fields.words("devices", allowed=d.DEVICES),
        reads=_reads(fields.inner("reads")),
        referrers=fields.words("referrers", allowed=d.REFERRERS),
        codes=fields.words("codes", shape=r"[\w.-]{1,60}"),
        tenures=fields.words("tenures", allowed=d.TENURES),
        tiers=fields.words("tiers", shape=_SLUG),
        bands=fields.words("bands", allowed=d.BANDS),
        abandoned=fields.flag("abandoned"),
        hint=fields.slug("hint"),
    )
    named = {*targeting.countries.included, *targeting.countries.excluded}
    for code in sorted(named - COUNTRIES):
        fields.refuse("countries", f"there is no country {code}.")
    fields.done()
    return targeting


def _reads(fields: Fields | None) -> d.Reads | None:
    if fields is None:
        return None
    reads = d.Reads(
        # The browser keeps sixty days of its own log.
        days=fields.integer("days", least=1, most=60),
        least=fields.integer("min", least=0, most=10_000, default=0),
        most=fields.integer("max", least=0, most=10_000) if "max" in fields.data else None,
    )
    if reads.most is not None and reads.most < reads.least:
        fields.refuse("max", "is less than the least number of articles.")
    fields.done()
    return reads


def _caps(fields: Fields | None) -> d.Caps | None:
    if fields is None:
        return None
    caps = d.Caps(
        views=fields.integer("views", least=1, most=1000),
        days=fields.integer("days", least=1, most=366),
        gap=fields.integer("gap", least=0, most=_MOST_SECONDS, default=0),
    )
    fields.done()
    return caps


def _schedule(fields: Fields | None) -> d.Schedule | None:
    if fields is None:
        return None
    zone = fields.text("zone", required=True)
    try:
        ZoneInfo(zone or "UTC")
    except (KeyError, OSError, ValueError):
        fields.refuse("zone", f"“{zone}” is no time zone: write Europe/London.")
        zone = "UTC"
    schedule = d.Schedule(
        zone or "UTC", fields.clock("starts"), fields.clock("ends"), fields.clock("countdown")
    )
    if schedule.starts and schedule.ends and schedule.ends <= schedule.starts:
        fields.refuse("ends", "is not after the start.")
    fields.done()
    return schedule


def _goal(fields: Fields | None) -> d.Goal | None:
    if fields is None:
        return None
    since = fields.day("since")
    amounts = fields.inner("amounts")
    found: dict[str, int] = {}
    for currency in sorted(amounts.data) if amounts else ():
        if currency not in KNOWN:
            fields.refuse("amounts", f"{currency} is no currency that gifts are taken in.")
        found[currency] = amounts.integer(currency, least=1, most=10**12) if amounts else 0
    if not found:
        fields.refuse("amounts", "name at least one currency and its amount.")
    fields.done()
    return d.Goal(found, since) if since else None


def _variants(fields: Fields) -> tuple[d.Variant, ...]:
    rows = fields.take("variants")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 20:
        fields.refuse("variants", "must be a list of 1 to 20 variants.")
        return ()
    variants = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            fields.refuse(f"variants.{number}", "must be a group of fields.")
            continue
        variants.append(_variant(row, str(number), fields.problems))
    ids = [variant.id for variant in variants]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        fields.refuse("variants", f"two are called “{twice}”.")
    return tuple(variants)


def _variant(row: Mapping[str, Any], number: str, problems: list[Problem]) -> d.Variant:
    fields = Fields(row, problems, f"variants.{row.get('id') or number}")
    variant_id = fields.slug("id", required=True)
    if variant_id in _NO_VARIANTS:
        fields.refuse(
            "id", f"“{variant_id}” is what results call other readers; choose another name."
        )
    weight = fields.integer("weight", least=0, most=_MOST_WEIGHT)
    editions = fields.inner("copy")
    copy: dict[str, d.Copy] = {}
    for edition in sorted(editions.data) if editions else ():
        words = editions.inner(edition) if editions else None
        if edition not in EDITIONS:
            fields.refuse("copy", f"there is no edition {edition}.")
        elif words is not None:
            copy[edition] = _copy(words)
    if weight and not copy:
        fields.refuse("copy", "has no words in any edition.")
    fields.done()
    return d.Variant(variant_id, weight, copy)


def _copy(fields: Fields) -> d.Copy:
    texts = {}
    limits = {"title": 120, "body": 1200, "plea": 600, "action": 40}
    for name, longest in limits.items():
        written = fields.text(name, longest=longest, required=name in ("title", "body"))
        for words in problems_in(written):
            fields.refuse(name, words)
        texts[name] = sanitise(written) if name in ("body", "plea") else plain(written)
    fields.done()
    return d.Copy(**texts)
