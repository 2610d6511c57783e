"""The people whom one year's figures of donor years count, found by the database.

Who is of which group is told in `measures/donor_years.py`.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from payments.donations.giving.sql import Sql
from payments.finance.columns import Figures
from payments.finance.giving.given import Given
from payments.finance.giving.rows import as_uuid, digest, fetched, joined

# What each person gave in a year and the one before by currency, then in all of them and in the one that is chosen.
_PEOPLE = """
WITH by_currency AS (
    SELECT party, currency, MAX(name) AS name, MAX(email) AS email, MIN(year) AS first_year,
        CAST(SUM(CASE WHEN year = %s THEN given ELSE 0 END) AS bigint) AS now,
        CAST(SUM(CASE WHEN year = %s THEN given ELSE 0 END) AS bigint) AS before
    FROM ({rows}) given GROUP BY party, currency
),
gave AS (
    SELECT party, MAX(name) AS name, MAX(email) AS email, MIN(first_year) AS first_year,
        MAX(now) > 0 AS gives, MAX(before) > 0 AS gave_before, {most} AS most, {least} AS least,
        {currencies_now} AS currencies_now, {currencies_before} AS currencies_before, SUM({digest}) AS made_of,
        CAST(SUM(CASE WHEN {chosen} THEN before ELSE 0 END) AS bigint) AS before,
        CAST(SUM(CASE WHEN {chosen} THEN now ELSE 0 END) AS bigint) AS now
    FROM by_currency GROUP BY party HAVING MAX(now) > 0 OR MAX(before) > 0
),
told AS (
    SELECT gave.*, CASE WHEN NOT gives THEN 'lapsed' WHEN gave_before THEN 'retained'
        WHEN first_year < %s THEN 'recaptured' ELSE 'new' END AS kind,
        CASE WHEN NOT (gives AND gave_before) THEN NULL WHEN most > 0 AND least >= 0 THEN 'raised'
        WHEN least < 0 AND most <= 0 THEN 'lowered' END AS change
    FROM gave WHERE {counts}
)
"""
_ROWS = """
SELECT party, name, email, kind, change, currencies_now, currencies_before, before, now
FROM told WHERE {wanted} ORDER BY party
"""
_OF_ONE = "SUM(CASE WHEN currency = %s THEN now - before ELSE 0 END)"


@dataclass(frozen=True, slots=True)
class YearDonor:
    """What one person is to a year and gave in it and in the year before.

    The amounts are minor units of the currency that was asked for, 0 where none was; `currencies` are those of the
    year, or of the year before where the person gave nothing in it.
    """

    supporter: UUID
    name: str
    email: str
    kind: str
    change: str | None
    currencies: tuple[str, ...]
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class DonorsWanted:
    """Who is asked for: everybody's currency and everybody who gave where the texts are empty."""

    year: int
    currency: str = ""
    group: str = ""


def year_donors(given: Given, wanted: DonorsWanted) -> Sql:
    """Return a row for each person, in the order of their references."""
    people = _people(given, wanted)
    return Sql(people.text + _ROWS.format(wanted=_condition(wanted)), people.params)


def year_donor(row: tuple[Any, ...]) -> YearDonor:
    """Return a row of `year_donors` by its names."""
    party, name, email, kind, change, now_in, before_in, before, now = row
    currencies = tuple(sorted((now_in or before_in).split(",")))
    return YearDonor(as_uuid(party), name, email, kind, change, currencies, before, now)


def year_donor_figures(given: Given, wanted: DonorsWanted) -> Figures:
    """Return what the rows come to."""
    people = _people(given, wanted)
    # What the columns say of currencies and changes is made of the sums that `made_of` stands for.
    texts = "party || '/' || name || '/' || email || '/' || kind || '/' || made_of"
    [(count, before, now, made_of)] = fetched(
        Sql(
            f"{people.text} SELECT COUNT(*), CAST(SUM(before) AS bigint), CAST(SUM(now) AS bigint),"  # noqa: S608  our own names
            f" SUM({digest(texts)}) FROM told WHERE {_condition(wanted)}",
            people.params,
        )
    )
    sums = {"given_before_minor": before, "given_minor": now}
    return Figures(
        row_count=count,
        sums={
            name: {wanted.currency: minor} if wanted.currency and count else {}
            for name, minor in sums.items()
        },
        fingerprint=str(made_of),
    )


def _people(given: Given, wanted: DonorsWanted) -> Sql:
    rows = given.until(wanted.year)
    year, currency = wanted.year, (wanted.currency,) if wanted.currency else ()
    text = _PEOPLE.format(
        rows=rows.text,
        most=_OF_ONE if currency else "MAX(now - before)",
        least=_OF_ONE if currency else "MIN(now - before)",
        currencies_now=joined("CASE WHEN now > 0 THEN currency END"),
        currencies_before=joined("CASE WHEN before > 0 THEN currency END"),
        digest=digest("currency || '/' || now || '/' || before"),
        chosen="currency = %s" if currency else "1 = 0",
        # In one currency the people are those who gave in it; who does not give at all, in it the year before.
        counts="now > 0 OR (NOT gives AND before > 0)" if currency else "1 = 1",
    )
    return Sql(text.strip(), (year, year - 1, *rows.params, *currency * 4, year - 1))


def _condition(wanted: DonorsWanted) -> str:
    if not wanted.group:
        return "gives"
    column = "change" if wanted.group in ("raised", "lowered") else "kind"
    return f"{column} = '{wanted.group}'"
