"""What a prompt may offer: an open campaign's amounts, printed for every country that reads them differently."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies
from django.db.models import prefetch_related_objects

from membership.prompts.parsing import COUNTRIES
from payments.campaigns.queries import is_within, open_campaigns
from payments.models import Campaign, CampaignCurrency, Frequency
from payments.money import Money

# English as the world reads it: US$5, €4, £3.
ANYWHERE = "en-001"


@lru_cache(maxsize=512)
def english_of(country: str) -> str:
    """Return the locale in which English readers of `country` write amounts: $5 in the US, US$5 in the UK."""
    try:
        Locale("en", country)
    except (UnknownLocaleError, ValueError):
        return ANYWHERE
    return f"en-{country}"


@lru_cache(maxsize=2048)
def currencies_on(country: str, day: date) -> tuple[str, ...]:
    """Return the currencies that are money in `country` on `day`, by CLDR."""
    return tuple(get_territory_currencies(country, start_date=day, end_date=day))


@dataclass(frozen=True, slots=True)
class PriceSet:
    """What is offered in one currency, printed in one way; pairs of what a form sends and what the reader sees."""

    currency: str
    from_price: str
    monthly: tuple[tuple[str, str], ...]
    once: tuple[tuple[str, str], ...]
    takes_monthly: bool
    takes_once: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "from_price": self.from_price,
            "monthly": [list(pair) for pair in self.monthly],
            "once": [list(pair) for pair in self.once],
            "takes_monthly": int(self.takes_monthly),
            "takes_once": int(self.takes_once),
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """An open campaign as the bundle holds it: `of` names the countries that are not offered `other`."""

    sets: tuple[PriceSet, ...]
    of: dict[str, int]
    other: int | None

    def as_json(self) -> dict[str, Any]:
        known = {"sets": [each.as_json() for each in self.sets], "of": self.of}
        return known if self.other is None else {**known, "other": self.other}

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies that some reader is offered."""
        return frozenset(each.currency for each in self.sets)


def find_offers(slugs: Collection[str], *, now: datetime) -> dict[str, Offer]:
    """Return those of the campaigns that take gifts at `now`, in three queries at most.

    A reader is offered the first of their country's currencies that the campaign takes, else its default one.
    """
    found = [campaign for campaign in open_campaigns(now=now) if campaign.slug in slugs]
    prefetch_related_objects(found, "currencies", "suggested_amounts")
    return {campaign.slug: _offer(campaign, now.date()) for campaign in found}


def _offer(campaign: Campaign, day: date) -> Offer:
    terms = {each.currency: each for each in campaign.currencies.all()}
    default = next((currency for currency, each in terms.items() if each.is_default), "")
    sets: dict[PriceSet, int] = {}

    @cache
    def place(currency: str, locale: str) -> int:
        printed = _price_set(campaign, terms[currency], locale)
        return sets.setdefault(printed, len(sets))

    other = place(default, ANYWHERE) if default else None
    of: dict[str, int] = {}
    for country in sorted(COUNTRIES):
        own = (currency for currency in currencies_on(country, day) if currency in terms)
        currency = next(own, default)
        if currency and (at := place(currency, english_of(country))) != other:
            of[country] = at
    return Offer(tuple(sets), of, other)


def _price_set(campaign: Campaign, terms: CampaignCurrency, locale: str) -> PriceSet:
    monthly = tuple(_amounts(campaign, terms, Frequency.MONTHLY))
    once = tuple(_amounts(campaign, terms, Frequency.ONCE))
    from_price = monthly[0].format(locale) if monthly else ""
    return PriceSet(
        currency=terms.currency,
        from_price=from_price if campaign.allows_monthly else "",
        monthly=tuple((_plain(amount), amount.format(locale)) for amount in monthly),
        once=tuple((_plain(amount), amount.format(locale)) for amount in once),
        takes_monthly=campaign.allows_monthly,
        takes_once=campaign.allows_once,
    )


def _amounts(campaign: Campaign, terms: CampaignCurrency, frequency: Frequency) -> Iterator[Money]:
    """Yield what is suggested, ascending, as far as the page would take it."""
    amounts = (
        each.amount
        for each in campaign.suggested_amounts.all()
        if each.currency == terms.currency and each.frequency == frequency
    )
    for amount in sorted(amounts):
        if is_within(amount, terms):
            yield Money(amount, terms.currency)


def _plain(amount: Money) -> str:
    """Return the amount as the donation page reads it: 5, or 7.50."""
    value = amount.to_decimal()
    return f"{value:.0f}" if value == value.to_integral_value() else str(value)
