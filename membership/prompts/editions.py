"""The newspaper's editions, and what a reader's country means for money in them."""

from dataclasses import dataclass

from babel.numbers import get_territory_currencies


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: its words, and the country that is assumed of a reader whose own is not known."""

    code: str
    country: str
    locale: str


EDITIONS = {
    "uk": Edition("uk", country="GB", locale="en-GB"),
    "us": Edition("us", country="US", locale="en-US"),
}


def currencies_of(country: str) -> list[str]:
    """Return the currencies in use in a country (ISO 3166-1 alpha-2); empty for an unknown one."""
    return get_territory_currencies(country)
