"""What no bundle may do, whoever approved it: each break is a sentence that says what to change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from babel.numbers import get_currency_name

from membership.prompts.calendars import country_name
from membership.prompts.offers import currencies_on
from membership.prompts.parsing import COUNTRIES
from membership.prompts.placeholders import CATALOGUE, Source
from membership.prompts.rules.bundle import Bundle, BundleRefused, parse_bundle
from membership.prompts.rules.campaigns import Campaign, Variant
from membership.prompts.rules.parts import Offer, PriceSet
from membership.prompts.rules.policy import Break, policy_breaks
from membership.prompts.rules.words import placeholders_of

# As many countries are named in a sentence; the others are counted.
_NAMED = 3
_TOLD_HERE = frozenset({Break.VALUE_MISSING, Break.EXCLUSION_DROPPED})


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason not to publish; `campaign` is the key of the one to change, empty where it is the whole bundle."""

    campaign: str
    words: str


def refusals(
    body: bytes, live: bytes | None, *, names: Mapping[str, str], has_new_rules: bool
) -> list[Finding]:
    """Return why these exact bytes must not be published; none for a bundle that may.

    `live` are the bytes that are published now, `names` what editors call the campaigns. An exclusion of the live
    bundle may only go where `has_new_rules` says that another approved version of the rules holds.
    """
    try:
        bundle = parse_bundle(body)
    except BundleRefused as error:
        return [Finding("", str(error))]
    found = list(_missing_values(bundle, names))
    if live is not None and not has_new_rules:
        found += _dropped_exclusions(bundle, live)
    told = {finding.campaign for finding in found}
    # The simulation's rules say the same of values and exclusions in fewer words; one sentence for each is enough.
    return found + [
        Finding(each.campaign, each.sentence)
        for each in policy_breaks(bundle, _parsed(live), has_new_rules=has_new_rules)
        if each.policy not in _TOLD_HERE or each.campaign not in told
    ]


def _parsed(live: bytes | None) -> Bundle | None:
    """Return the bundle that readers have; None where no reader obeys it, so that it protects no page."""
    try:
        return parse_bundle(live) if live is not None else None
    except BundleRefused:
        return None


def _dropped_exclusions(bundle: Bundle, live: bytes) -> Iterator[Finding]:
    try:
        standing = parse_bundle(live).exclusions
    except BundleRefused:
        # What no reader obeys protects no page.
        return
    for exclusion in standing:
        if exclusion not in bundle.exclusions:
            words = f"The exclusion “{exclusion.id}” is gone or changed without new approved rules."
            yield Finding("", words)


def _missing_values(bundle: Bundle, names: Mapping[str, str]) -> Iterator[Finding]:
    for campaign in bundle.campaigns:
        name = names.get(campaign.id, campaign.id)
        for variant in campaign.live_variants:
            for edition in _editions(campaign, variant):
                for words in _missing(bundle, campaign, variant, edition):
                    yield Finding(
                        campaign.id, f"{name}, variant {variant.id}, edition {edition}: {words}"
                    )


def _editions(campaign: Campaign, variant: Variant) -> list[str]:
    return sorted(set(variant.copy) & (campaign.editions or set(variant.copy)))


def _missing(bundle: Bundle, campaign: Campaign, variant: Variant, edition: str) -> Iterator[str]:
    """Yield what has no value in a targeted country, each reason once with the countries that it holds in."""
    for placeholder in sorted(placeholders_of(variant.copy[edition])):
        if placeholder not in CATALOGUE:
            yield f"{{{placeholder}}} is no placeholder."
            continue
        reasons: dict[str, list[str]] = {}
        for country in _countries(campaign):
            if reason := _lack(bundle, campaign, placeholder, country):
                reasons.setdefault(reason, []).append(country)
        for reason, countries in reasons.items():
            yield f"{{{placeholder}}} has no value in {_listed(edition, countries)} because {reason}."


def _countries(campaign: Campaign) -> list[str]:
    return sorted((campaign.countries.within or COUNTRIES) - campaign.countries.without)


def _lack(bundle: Bundle, campaign: Campaign, placeholder: str, country: str) -> str:
    """Return why a placeholder has no value for readers of a country; empty where it has one."""
    source = CATALOGUE[placeholder].source
    if source == Source.COUNTDOWN and campaign.countdown is None:
        return "the schedule has no countdown"
    if source not in (Source.OFFER, Source.GOAL):
        return ""
    offer = bundle.offers.get(campaign.offer)
    if offer is None:
        return f"the campaign ‘{campaign.offer}’ takes no gifts now"
    prices = _prices(offer, country)
    if prices is None:
        own = next(iter(currencies_on(country, _day(bundle))), "")
        takes = f"takes no {_money(own)}" if own else "takes no currency of it"
        return f"the campaign ‘{campaign.offer}’ {takes} and has no default currency"
    return (
        _lack_of_price(campaign, prices)
        if source == Source.OFFER
        else _lack_of_goal(campaign, prices)
    )


def _lack_of_price(campaign: Campaign, prices: PriceSet) -> str:
    if prices.from_price:
        return ""
    if not prices.takes_monthly:
        return f"the campaign ‘{campaign.offer}’ takes no monthly gifts"
    return f"the campaign ‘{campaign.offer}’ suggests no monthly gift in {_money(prices.currency)}"


def _lack_of_goal(campaign: Campaign, prices: PriceSet) -> str:
    if prices.currency in (campaign.goals or {}):
        return ""
    return f"the goal names no amount in {_money(prices.currency)}, which is offered there"


def _prices(offer: Offer, country: str) -> PriceSet | None:
    place = offer.of.get(country, offer.other)
    return None if place is None else offer.sets[place]


def _day(bundle: Bundle) -> date:
    return datetime.fromtimestamp(bundle.at, UTC).date()


def _money(currency: str) -> str:
    """Return a currency's name as in “takes no yen”: with its country, since many share dollars and pounds."""
    return str(get_currency_name(currency, count=2, locale="en_GB"))


def _listed(edition: str, countries: list[str]) -> str:
    named = [country_name(edition, country) for country in countries[:_NAMED]]
    rest = len(countries) - len(named)
    if rest:
        named.append(f"{rest} other countries" if rest > 1 else "one other country")
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
