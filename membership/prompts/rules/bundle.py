"""The published bundle: everything that decides which prompt a reader sees, as immutable data of schema 1."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from membership.prompts.rules.campaign_reading import read_campaign
from membership.prompts.rules.campaigns import Campaign
from membership.prompts.rules.parts import (
    Budget,
    Edition,
    Exclusion,
    Holdout,
    Offer,
    Slot,
    read_budget,
    read_edition,
    read_exclusion,
    read_holdout,
    read_names,
    read_offer,
    read_slot,
)
from membership.prompts.rules.reading import MOST_SECONDS, Fields, Malformed

SCHEMA = 1


class BundleRefused(ValueError):
    """The bundle must not be obeyed; the message is the sentence why."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One published state of all prompts, valid in `at`…`until` (Unix seconds)."""

    at: int
    until: int
    site: str
    newspaper: str
    editions: Mapping[str, Edition]
    exclusions: tuple[Exclusion, ...]
    budget: Budget
    slots: tuple[Slot, ...]
    holdout: Holdout
    status_lasts: (
        int  # Seconds for which a supporter's status counts without news: fresh and grace together.
    )
    offers: Mapping[str, Offer]
    names: Mapping[str, Mapping[str, str]]  # edition → country → its name in a sentence
    campaigns: tuple[Campaign, ...]


def parse_bundle(source: bytes | str | Mapping[str, object]) -> Bundle:
    """Return the bundle that the published bytes, or their JSON, hold; raises BundleRefused with the sentence why not.

    A refused bundle changes nothing: whoever reads bundles keeps the last one that was not refused.
    """
    try:
        return _bundle(json.loads(source) if isinstance(source, bytes | str) else source)
    except Malformed as error:
        raise BundleRefused(str(error)) from error
    except (ValueError, RecursionError):
        raise BundleRefused("The bundle is not JSON.") from None


def _bundle(value: object) -> Bundle:
    fields = Fields(value, "the bundle")
    schema = fields.take("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise Malformed(f"The bundle is of schema {schema!r}; only {SCHEMA} is known.")
    status = Fields(fields.take("status"), "“status”")
    bundle = Bundle(
        at=fields.number("at", most=MOST_SECONDS),
        until=fields.number("until", most=MOST_SECONDS),
        site=fields.text("site"),
        newspaper=fields.text("newspaper"),
        editions=fields.named("editions", read_edition),
        exclusions=fields.each("exclusions", read_exclusion) if fields.has("exclusions") else (),
        budget=read_budget(fields.take("budget")),
        slots=fields.each("slots", read_slot),
        holdout=read_holdout(fields.take("holdout")),
        status_lasts=status.number("fresh", most=MOST_SECONDS)
        + status.number("grace", most=MOST_SECONDS),
        offers=fields.named("offers", read_offer),
        names=fields.named("names", read_names),
        campaigns=fields.each("campaigns", read_campaign),
    )
    status.close()
    fields.close()
    _check(bundle)
    return bundle


def _check(bundle: Bundle) -> None:
    if not bundle.exclusions:
        raise Malformed("The bundle has no exclusion rules, so it could ask on any page.")
    if bundle.at >= bundle.until:
        raise Malformed("The bundle ends before it begins.")
    for what, ids in (
        ("slots", [slot.id for slot in bundle.slots]),
        ("exclusion rules", [exclusion.id for exclusion in bundle.exclusions]),
        ("campaigns", [campaign.id for campaign in bundle.campaigns]),
    ):
        if len(set(ids)) != len(ids):
            raise Malformed(f"The bundle has two {what} of the same id.")
    slots = {slot.id for slot in bundle.slots}
    for campaign in bundle.campaigns:
        if unknown := sorted(campaign.slots - slots):
            raise Malformed(
                f"campaign “{campaign.id}” is for the slot “{unknown[0]}”, which does not exist."
            )
