"""What no bundle may do, said before it is published: each break is a sentence, and any one of them refuses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from membership.prompts.rules.audiences import ASKABLE, ASKING, Kind, ReaderState
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign
from membership.prompts.rules.context import Context, History, Page, Reader
from membership.prompts.rules.parts import Exclusion
from membership.prompts.rules.targeting import accepts, among, has_words
from membership.prompts.rules.words import placeholders_in, value_of

# Stands for every country that the bundle does not name.
ELSEWHERE = "elsewhere"

# These have a value or not by who the reader is and what they read; without one, another prompt is shown.
_OF_THE_READER = frozenset({"article_count", "country"})


class Break(StrEnum):
    """The policies that can be broken."""

    SUPPORTER_ASKED = "supporter_asked"
    FAILING_PAYER_ASKED = "failing_payer_asked"
    VALUE_MISSING = "value_missing"
    EXCLUSION_DROPPED = "exclusion_dropped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken policy; `campaign` is "" where it is the bundle's. The sentence says what to change."""

    policy: Break
    campaign: str
    sentence: str


def policy_breaks(
    draft: Bundle, live: Bundle | None = None, *, has_new_rules: bool = False
) -> tuple[Finding, ...]:
    """Return every policy that the draft breaks, of itself or against the live bundle; none: it may go.

    An exclusion of the live bundle may only go where `has_new_rules` says that other house rules were approved.
    """
    found = [finding for campaign in draft.campaigns for finding in _of_campaign(draft, campaign)]
    return (*found, *(_dropped(draft, live) if live and not has_new_rules else ()))


def _of_campaign(bundle: Bundle, campaign: Campaign) -> Iterator[Finding]:
    if campaign.kind == Kind.ASK and (given := sorted(campaign.states - ASKABLE)):
        words = ", ".join(given)
        yield Finding(
            Break.SUPPORTER_ASKED,
            campaign.id,
            f"“{campaign.id}” would ask readers who give already ({words}); make it another kind, or take them out.",
        )
    if campaign.kind in ASKING and ReaderState.PAYMENT_FAILING in campaign.states:
        yield Finding(
            Break.FAILING_PAYER_ASKED,
            campaign.id,
            f"“{campaign.id}” would ask readers whose payment is failing; only help them with their card.",
        )
    yield from _missing(bundle, campaign)


def _missing(bundle: Bundle, campaign: Campaign) -> Iterator[Finding]:
    for edition in sorted(bundle.editions):
        if not among(campaign.editions, edition) or not has_words(campaign, edition):
            continue
        for name in placeholders_in(campaign, edition):
            if name in _OF_THE_READER:
                continue
            without = [
                country
                for country in _targeted(bundle, campaign)
                if not value_of(name, bundle, campaign, _somebody(edition, country))
            ]
            if without:
                yield Finding(
                    Break.VALUE_MISSING,
                    campaign.id,
                    f"“{campaign.id}”, edition {edition}: {{{name}}} has no value in {_listed(without)}.",
                )


def _targeted(bundle: Bundle, campaign: Campaign) -> list[str]:
    """Return the countries whose readers the campaign may meet: unknown (""), those that are named, and elsewhere."""
    if campaign.countries.within:
        return sorted(campaign.countries.within - campaign.countries.without)
    named = {country for offer in bundle.offers.values() for country in offer.of}
    named |= {country for names in bundle.names.values() for country in names}
    named |= {edition.country for edition in bundle.editions.values()}
    everywhere = ["", *sorted(named), ELSEWHERE]
    return [country for country in everywhere if accepts(campaign.countries, country)]


def _somebody(edition: str, country: str) -> Context:
    """Return a page view in the edition by a reader in the country, before any countdown ends."""
    page = Page("", edition, "", frozenset(), "", sensitive=False, opt_out=False, slots=())
    return Context(0, 0, None, page, Reader(country=country), History())


def _listed(countries: list[str]) -> str:
    words = [country or "an unknown country" for country in countries]
    return ", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")


def _dropped(draft: Bundle, live: Bundle) -> Iterator[Finding]:
    """Return a finding for each rule of the live bundle some of whose pages the draft would not keep empty."""
    slots = [slot.id for slot in draft.slots]
    kept = {page for rule in draft.exclusions for page in _pages(rule, slots)}
    for rule in live.exclusions:
        if lost := sorted(set(_pages(rule, slots)) - kept):
            slot, kind, value = lost[0]
            more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
            yield Finding(
                Break.EXCLUSION_DROPPED,
                "",
                f"The exclusion “{rule.id}” is dropped for {kind} “{value}” in {slot}{more};"
                " keep it, or have the house rules reviewed without it.",
            )


def _pages(rule: Exclusion, slots: list[str]) -> Iterator[tuple[str, str, str]]:
    matches = (("section", rule.sections), ("tag", rule.tags), ("type", rule.types))
    for slot in slots:
        if among(rule.slots, slot):
            yield from ((slot, kind, value) for kind, values in matches for value in values)
