"""Which currency a reader is shown first; the switch on the page has the last word."""

import re
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from membership.checkout_pages.offer import Offer

_COUNTRY = re.compile(r"[A-Z]{2}")
# What CDNs write for "unknown" and for the Tor network.
_NO_COUNTRIES = frozenset({"XX", "T1", "ZZ"})


def country_of(request: HttpRequest) -> str:
    """Return the country that our CDN saw (ISO 3166-1 alpha-2); "" unless COUNTRY_HEADER names it."""
    header = settings.COUNTRY_HEADER
    code = request.headers.get(header, "").strip().upper() if header else ""
    return code if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRIES else ""


def shown_currency(request: HttpRequest, offer: Offer, wanted: str) -> str:
    """Return the currency that the reader asked for where the offer takes it, else their first one."""
    code = wanted.upper()
    return code if offer.takes(code) else first_currency(request, offer)


def first_currency(request: HttpRequest, offer: Offer) -> str:
    """Return the offer's currency for the reader's country, else for their language, else its
    default.
    """
    countries = [country_of(request)] if country_of(request) else _countries_of_languages(request)
    for country in countries:
        for currency in _tender(country):
            if offer.takes(currency):
                return currency
    return offer.default_currency


@lru_cache(maxsize=300)
def _tender(country: str) -> tuple[str, ...]:
    return tuple(get_territory_currencies(country))


def _countries_of_languages(request: HttpRequest) -> list[str]:
    """Return the countries of the languages that the browser accepts, the most wanted first."""
    languages = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()[:500])
    return [country for language, _ in languages if (country := _country_of_language(language))]


def _country_of_language(language: str) -> str:
    """Return en-us → US, de → DE; "" for plain English, which is at home in too many countries."""
    subtags = language.split("-")
    regions = [subtag.upper() for subtag in subtags[1:] if len(subtag) == 2 and subtag.isalpha()]
    if regions:
        return regions[0]
    if subtags[0] == "en":
        return ""
    likely = get_global("likely_subtags").get(subtags[0], "")
    region = likely.rpartition("_")[2]
    return region if _COUNTRY.fullmatch(region) else ""
