"""Who gave before a year and not in it, with what they gave in each currency until then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from payments.donations.giving.sql import Sql
from payments.finance.columns import Figures
from payments.finance.giving.given import Given
from payments.finance.giving.rows import as_instant, as_uuid, digest, fetched

_AMOUNTS = ("last", "largest", "lifetime")
# The sums of who gave before the year and not in it, of each person and currency the latest first.
_PEOPLE = """
WITH given AS NOT MATERIALIZED ({given}),
placed AS (
    SELECT given.*, MAX(year) OVER (PARTITION BY party) AS last_year,
        ROW_NUMBER() OVER (PARTITION BY party, currency ORDER BY last_at DESC, last_payment_id DESC) AS place
    FROM given WHERE year < %s
        AND NOT EXISTS (SELECT 1 FROM given again WHERE again.party = given.party AND again.year = %s)
),
people AS (
    SELECT party, MAX(name) AS name, MAX(email) AS email, currency, MAX(last_year) AS last_year,
        MAX(last_at) AS last_at, MAX(CASE WHEN place = 1 THEN last_given END) AS last, MAX(largest) AS largest,
        CAST(SUM(given) AS bigint) AS lifetime, CAST(SUM(gift_count) AS bigint) AS gift_count,
        COUNT(DISTINCT year) AS year_count
    FROM placed{which} GROUP BY party, currency
)
"""
_ROWS = """
SELECT party, name, email, currency, last_year, last_at, last, largest, lifetime, gift_count, year_count
FROM people ORDER BY last_at DESC, party, currency
"""


@dataclass(frozen=True, slots=True)
class LapsedGiving:
    """What one person who does not give any more gave in one currency, minor units; the times are of gifts.

    `last_year` is the last one in which the person gave, in whatever currency.
    """

    supporter: UUID
    name: str
    email: str
    currency: str
    last_year: int
    last_at: datetime
    last: int
    largest: int
    lifetime: int
    gift_count: int
    year_count: int


def lapsed_people(given: Given, year: int, lapse: str = "") -> Sql:
    """Return a row for each person and currency, by last gift, newest first, then person and currency.

    `lapse` is "lybunt" for those who gave in the year before, "sybunt" for the others, empty for all.
    """
    people = _people(given, year, lapse)
    return Sql(people.text + _ROWS, people.params)


def lapsed_giving(row: tuple[Any, ...]) -> LapsedGiving:
    """Return a row of `lapsed_people` by its names."""
    party, name, email, currency, last_year, last_at, *rest = row
    return LapsedGiving(
        as_uuid(party), name, email, currency, last_year, as_instant(last_at), *rest
    )


def lapsed_figures(given: Given, year: int, lapse: str = "") -> Figures:
    """Return what the rows come to."""
    people = _people(given, year, lapse)
    texts = "party || '/' || name || '/' || email || '/' || currency || '/' || last_year"
    sums = ", ".join(f"CAST(SUM({name}) AS bigint)" for name in (*_AMOUNTS, "gift_count"))
    groups = fetched(
        Sql(
            f"{people.text} SELECT currency, COUNT(*), {sums}, SUM(year_count), MAX(last_at), SUM({digest(texts)})"  # noqa: S608  our own names
            " FROM people GROUP BY currency ORDER BY currency",
            people.params,
        )
    )
    return Figures(
        row_count=sum(group[1] for group in groups),
        sums={
            f"{name}_minor": {group[0]: group[place] for group in groups}
            for place, name in enumerate(_AMOUNTS, start=2)
        },
        fingerprint=repr([tuple(map(str, group)) for group in groups]),
    )


def _people(given: Given, year: int, lapse: str) -> Sql:
    which = {"": "", "lybunt": " WHERE last_year = %s", "sybunt": " WHERE last_year < %s"}[lapse]
    rows = given.until(year)
    params = (*rows.params, year, year, *([year - 1] if which else ()))
    return Sql(_PEOPLE.format(given=rows.text, which=which).strip(), params)
