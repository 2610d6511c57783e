"""Prompts as pieces of HTML that a CDN keeps and puts into pages: the same for all readers of one state and country.

A variant is a slot, an edition, a country and a state, each of a closed set, so that there are only so many. Countries
to which the bundle pays no attention of their own are one: `other`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from django.template.loader import render_to_string

from membership.prompts.deciding import Decided, decide
from membership.prompts.parsing import COUNTRIES
from membership.prompts.reader_contexts import context_of
from membership.prompts.rendering import prompt_views
from membership.prompts.rules.audiences import ReaderState
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.context import Page, Reader

OTHER = "other"
# Nobody knows where the reader is: as for readers of the edition's country.
UNKNOWN = "unknown"
# Somebody who may be asked, but not now: after cancelling, or because they wish so.
QUIET = "quiet"
STATES = (*(state.value for state in ReaderState), QUIET)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the pieces of HTML that there are."""

    slot: str
    edition: str
    country: str  # ISO 3166-1 alpha-2, or OTHER.
    state: str

    @property
    def path(self) -> str:
        """The end of its address."""
        return f"{self.slot}/{self.edition}/{self.country}/{self.state}/"


def variants_of(bundle: Bundle) -> Iterator[Variant]:
    """Yield every variant that a bundle has."""
    slots = [slot.id for slot in bundle.slots]
    countries = (*sorted(filter(lambda country: is_own(bundle, country), COUNTRIES)), OTHER)
    for parts in product(slots, bundle.editions, countries, STATES):
        yield Variant(*parts)


def is_own(bundle: Bundle, country: str) -> bool:
    """Return whether anything that the bundle says is meant for the country itself."""
    return (
        any(country in offer.of for offer in bundle.offers.values())
        or any(country in names for names in bundle.names.values())
        or any(
            country in campaign.countries.within or country in campaign.countries.without
            for campaign in bundle.campaigns
        )
    )


def find_variant(bundle: Bundle, wanted: Variant) -> Variant | None:
    """Return the variant that answers for `wanted`, or None for no variant.

    A country without anything of its own is `other`, and an unknown one the edition's.
    """
    is_known = (
        any(slot.id == wanted.slot for slot in bundle.slots)
        and wanted.edition in bundle.editions
        and wanted.state in STATES
        and (wanted.country in (OTHER, UNKNOWN) or wanted.country in COUNTRIES)
    )
    if not is_known:
        return None
    is_unknown = wanted.country == UNKNOWN
    country = bundle.editions[wanted.edition].country if is_unknown else wanted.country
    return replace(wanted, country=country if is_own(bundle, country) else OTHER)


def decide_fragment(variant: Variant, *, now: datetime) -> Decided:
    """Return what the variant shows at `now`, to a reader without a history on a page of which nothing is known."""
    page = Page("", variant.edition, "", frozenset(), "", False, False, (variant.slot,))
    is_quiet = variant.state == QUIET
    reader = Reader(
        state=ReaderState.ANONYMOUS.value if is_quiet else variant.state,
        # No country, and none that an offer could name: what is offered anywhere.
        country="ZZ" if variant.country == OTHER else variant.country,
        quiet_until=int(now.timestamp()) + 1 if is_quiet else 0,
    )
    return decide(context_of(reader, page, now=now), now=now)


def fragment_html(variant: Variant, *, now: datetime) -> str:
    """Return the HTML of the variant at `now`, empty where nothing is shown."""
    (view,) = prompt_views(decide_fragment(variant, now=now))
    if view is None:
        return ""
    return render_to_string("membership/prompts/prompt.html", {"prompt": view}).strip()
