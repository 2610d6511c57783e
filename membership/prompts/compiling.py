"""From what is released to the published bundle: the same input gives the same bytes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from membership.prompts.attribution import sign_attribution
from membership.prompts.calendars import calendar_of, country_name
from membership.prompts.definitions import Choice, Definition, Variant
from membership.prompts.editions import EDITIONS
from membership.prompts.goals import raised, thermometer
from membership.prompts.live import LiveCampaign, LiveState
from membership.prompts.offers import Offer, find_offers
from membership.prompts.parsing import COUNTRIES
from membership.prompts.placeholders import names_in
from membership.prompts.wording import sanitise
from payments.models import LegalEntity

SCHEMA = 1
# A bundle that nobody renews shows nothing after this, rather than the prices and appeals of another year.
HORIZON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bundle says besides what editors wrote: the newspaper, its offers, and what goals have come to."""

    site: str
    newspaper: str
    offers: Mapping[str, Offer]
    totals: Mapping[str, Mapping[str, int]]  # By campaign and currency, in minor units.


@dataclass(frozen=True, slots=True)
class Compiled:
    """A bundle's exact bytes and what they were made of; `left_out` says which campaigns could not be in it and why."""

    body: bytes
    at: datetime
    until: datetime
    manifest: dict[str, Any]
    left_out: dict[str, str]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def surroundings(
    state: LiveState, *, now: datetime, totals: Mapping[str, Mapping[str, int]] | None = None
) -> Surroundings:
    """Look up what the campaigns of `state` need, in four queries and two for each goal.

    `totals`, where given, are believed instead of adding the goals' gifts up again.
    """
    slugs = {each.definition.offer for each in state.campaigns} - {""}
    entity = LegalEntity.objects.order_by("id").only("trading_name").first()
    offers = find_offers(slugs, now=now)
    goals = {each.key: each.definition for each in state.campaigns if each.definition.goal}
    return Surroundings(
        site=settings.SITE_URL,
        newspaper=entity.trading_name if entity else "",
        offers=offers,
        totals={
            key: totals[key]
            if totals and key in totals
            else raised(definition.offer, definition.goal.since)
            for key, definition in goals.items()
            if definition.goal and definition.offer in offers
        },
    )


def compile_bundle(state: LiveState, around: Surroundings, *, now: datetime) -> Compiled:
    """Return the bundle of everything that is or will be shown until the horizon, by JSON with sorted keys.

    A campaign whose offer takes no gifts is left out, one that is over or yet to come does not belong in. Instants are
    whole seconds.
    """
    now = now.replace(microsecond=0)
    until = now + HORIZON
    due = [each for each in state.campaigns if _is_due(each.definition, now, until)]
    left_out = {each.key: why for each in due if (why := _lacks_offer(each, around))}
    shown = [each for each in due if each.key not in left_out]
    used = {each.definition.offer for each in shown} - {""}
    content = {
        "schema": SCHEMA,
        "site": around.site,
        "newspaper": around.newspaper,
        "editions": {code: calendar_of(code) for code in EDITIONS},
        "offers": {slug: around.offers[slug].as_json() for slug in used},
        "names": _names(shown),
        "campaigns": [_campaign(each, around) for each in shown],
        **(state.rules.as_json() if state.rules else {}),
    }
    times = {"at": int(now.timestamp()), "until": int(until.timestamp())}
    return Compiled(
        body=_bytes({**content, **times}),
        at=now,
        until=until,
        manifest={
            "campaigns": {each.key: each.revision for each in shown},
            "released": {each.key: each.revision for each in state.campaigns},
            "names": {each.key: each.definition.name for each in state.campaigns},
            "rules": state.rules_number,
            "left_out": left_out,
            "totals": {key: dict(totals) for key, totals in around.totals.items()},
            # What it says without its two times: another hash is another bundle, and not only a later one.
            "content": hashlib.sha256(_bytes(content)).hexdigest(),
        },
        left_out=left_out,
    )


def _bytes(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _is_due(definition: Definition, now: datetime, until: datetime) -> bool:
    schedule = definition.schedule
    if schedule is None:
        return True
    is_over = schedule.ends is not None and schedule.instant(schedule.ends) <= now
    is_far = schedule.starts is not None and schedule.instant(schedule.starts) >= until
    return not (is_over or is_far)


def _lacks_offer(campaign: LiveCampaign, around: Surroundings) -> str:
    offer, name = campaign.definition.offer, campaign.definition.name
    if not offer or offer in around.offers:
        return ""
    return f"{name}: the campaign ‘{offer}’ that it leads to takes no gifts now."


def _campaign(campaign: LiveCampaign, around: Surroundings) -> dict[str, Any]:
    definition = campaign.definition
    said: dict[str, Any] = {
        "caps": definition.caps.as_json() if definition.caps else None,
        "experiment": definition.experiment,
        "goal": (
            thermometer(definition.goal, around.totals[campaign.key]) if definition.goal else None
        ),
        "link": definition.link,
        "offer": definition.offer,
    }
    return {
        "id": campaign.key,
        "kind": definition.kind,
        "slots": list(definition.slots),
        "states": list(definition.states),
        "variants": [
            _variant(variant, campaign.key, campaign.revision)
            for variant in definition.live_variants
        ],
        **definition.targeting.as_json(),
        **{name: value for name, value in said.items() if value},
        **dict(_times(definition)),
    }


def _times(definition: Definition) -> Iterator[tuple[str, int]]:
    schedule = definition.schedule
    if schedule is None:
        return
    shown: dict[str, datetime | None] = {
        "from": schedule.starts,
        "to": schedule.ends,
        "countdown": schedule.countdown,
    }
    for name, time in shown.items():
        if time is not None:
            yield name, int(schedule.instant(time).timestamp())


def _variant(variant: Variant, key: str, revision: int) -> dict[str, Any]:
    code = {"prompt": key, "variant": variant.id, "version": str(revision)}
    copy: dict[str, dict[str, str]] = {}
    for edition, words in variant.copy.items():
        # Again, because what a save let through once must not pass for ever.
        copy[edition] = {
            name: sanitise(text) if name in ("body", "plea") else text
            for name, text in words.as_json().items()
        }
    return {
        "id": variant.id,
        "weight": variant.weight,
        "code": sign_attribution(code),
        "copy": copy,
    }


def _names(campaigns: list[LiveCampaign]) -> dict[str, dict[str, str]]:
    """Return the names of the countries that words with {country} can be read in, by edition."""
    names: dict[str, dict[str, str]] = {}
    for campaign in campaigns:
        for edition in _editions_naming_country(campaign.definition):
            for country in targeted(campaign.definition.targeting.countries):
                names.setdefault(edition, {})[country] = country_name(edition, country)
    return names


def _editions_naming_country(definition: Definition) -> set[str]:
    return {
        edition
        for variant in definition.live_variants
        for edition, words in variant.copy.items()
        if any("country" in names_in(text) for text in words.as_json().values())
    }


def targeted(countries: Choice) -> list[str]:
    """Return the countries that a choice is for, in order."""
    return sorted(set(countries.included or COUNTRIES) - set(countries.excluded))
