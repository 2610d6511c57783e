"""What time it is for a reader of whom no more than the country is known."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global

# Where a country has several times: that in which most of its people live.
_WHERE_MOST_LIVE = {
    "AQ": "Antarctica/McMurdo",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Chuuk",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UM": "Pacific/Midway",
    "US": "America/New_York",
}


def minutes_east(*countries: str, now: datetime) -> int:
    """Return how many minutes clocks are ahead of UTC in the first of the `countries` that is one; 0 for none.

    Countries are ISO 3166-1 alpha-2.
    """
    zone = next(filter(None, map(_zone_of, countries)), None)
    offset = zone.utcoffset(now.astimezone(zone)) if zone else None
    return int(offset.total_seconds()) // 60 if offset is not None else 0


@lru_cache(maxsize=512)
def _zone_of(country: str) -> ZoneInfo | None:
    # CLDR knows a territory ZZ, which has every time there is.
    zones = [] if country == "ZZ" else get_global("territory_zones").get(country, [])
    name = _WHERE_MOST_LIVE.get(country) or next(iter(zones), "")
    return ZoneInfo(str(name)) if name else None
