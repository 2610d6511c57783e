"""How each edition names countries and writes days, for substitution by programs that know no languages."""

import re
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import get_day_names, get_month_names

from membership.prompts.editions import EDITIONS, Edition

# Countries that English names with an article inside a sentence.
_WITH_ARTICLE = frozenset(
    {"AE", "BS", "CD", "CF", "CG", "DO", "FK", "GB", "GM", "KM", "KY", "MH", "MP", "MV", "NL"}
) | {"PH", "SB", "SC", "TC", "UM", "US", "VG", "VI"}


@lru_cache
def calendar_of(code: str) -> dict[str, Any]:
    """Return an edition as the bundle holds it: days from Monday, months, and a date with {d} and {month}."""
    edition = EDITIONS[code]
    locale = _locale(edition)
    days = get_day_names("wide", "format", locale)
    months = get_month_names("wide", "format", locale)
    pattern = str(locale.datetime_skeletons["MMMMd"])
    written = {"d": "{d}", "MMMM": "{month}"}
    return {
        "country": edition.country,
        "locale": edition.locale,
        "days": [str(days[day]) for day in range(7)],
        "months": [str(months[month]) for month in range(1, 13)],
        "date": re.sub("d|MMMM", lambda match: written[match[0]], pattern),
    }


@lru_cache(maxsize=1024)
def country_name(code: str, country: str) -> str:
    """Return a country's name inside a sentence of an edition: France, the United States."""
    name = str(_locale(EDITIONS[code]).territories[country])
    return f"the {name}" if country in _WITH_ARTICLE else name


def _locale(edition: Edition) -> Locale:
    return Locale.parse(edition.locale.replace("-", "_"))
