"""How many people gave in each year and what they are to the years before, counted by the database.

What is counted is told in `measures/donor_years.py`.
"""

from collections.abc import Sequence

from payments.donations.giving.sql import Sql
from payments.finance.giving.given import Given
from payments.finance.giving.rows import fetched
from payments.finance.measures.donor_years import ALL, DonorKind, DonorYear

# A person's years one after another, with a column for each currency: what a person gave in it, and in the year before.
_YEARS = """
WITH yearly AS (SELECT party, year, {given} FROM ({rows}) given GROUP BY party, year),
ordered AS (
    SELECT yearly.*, {before}, LAG(year) OVER years AS earlier, LEAD(year) OVER years AS later
    FROM yearly WINDOW years AS (PARTITION BY party ORDER BY year)
),
told AS (
    SELECT ordered.*, later IS NULL OR later > year + 1 AS lapses, CASE
        WHEN earlier IS NULL THEN 'new' WHEN earlier = year - 1 THEN 'retained' ELSE 'recaptured' END AS kind
    FROM ordered
)
SELECT year, kind, {counted} FROM told GROUP BY year, kind ORDER BY year, kind
"""


def donor_years_counted(
    given: Given, first_year: int | None = None, last_year: int | None = None
) -> list[DonorYear]:
    """Return what `donor_years` returns of all people and these years, both included.

    None is as far as there are gifts.
    """
    currencies = given.currencies()
    rows = fetched(_counted(given, currencies, last_year)) if currencies else ()
    if not rows:
        return []
    first, last = rows[0][0], rows[-1][0]
    years = range(max(first_year or first, first), (last_year or last) + 1)
    told: dict[tuple[int, str], DonorYear] = {}
    for year, kind, *figures in rows:
        for place, currency in enumerate([ALL, *currencies]):
            count, lapsing, raised, lowered, minor = figures[place * 5 : place * 5 + 5]
            if not count:
                continue
            if year in years:
                line = told.setdefault((year, currency), DonorYear(year, currency))
                line.counts[DonorKind(kind)] += count
                line.given[DonorKind(kind)] += minor
                line.raised += raised
                line.lowered += lowered
            if year + 1 in years:
                line = told.setdefault((year + 1, currency), DonorYear(year + 1, currency))
                line.before += count
                line.lapsed += lapsing
    return [told[key] for key in sorted(told, key=lambda key: (key[0], key[1] != ALL, key[1]))]


def _counted(given: Given, currencies: Sequence[str], last_year: int | None) -> Sql:
    rows = given.until(last_year)
    places = range(len(currencies))
    more = " OR ".join(f"given_{place} > before_{place}" for place in places)
    less = " OR ".join(f"given_{place} < before_{place}" for place in places)
    counted = _figures("", f"({more}) AND NOT ({less})", f"({less}) AND NOT ({more})", "0")
    for place in places:
        gave, before = f"given_{place}", f"before_{place}"
        counted += _figures(f"{gave} > 0 AND ", f"{gave} > {before}", f"{gave} < {before}", gave)
    text = _YEARS.format(
        rows=rows.text,
        given=", ".join(
            f"CAST(SUM(CASE WHEN currency = %s THEN given ELSE 0 END) AS bigint) AS given_{place}"
            for place in places
        ),
        before=", ".join(
            f"CASE WHEN LAG(year) OVER years = year - 1 THEN LAG(given_{place}) OVER years ELSE 0 END AS before_{place}"
            for place in places
        ),
        counted=", ".join(counted),
    )
    return Sql(text.strip(), (*currencies, *rows.params))


def _figures(gave: str, more: str, less: str, given: str) -> list[str]:
    """Return SQL for how many there are, lapse after, gave more and gave less, and for what they gave."""
    retained = f"{gave}kind = 'retained'"
    return [
        _count(f"{gave}1 = 1"),
        _count(f"{gave}lapses"),
        _count(f"{retained} AND {more}"),
        _count(f"{retained} AND {less}"),
        f"CAST(SUM({given}) AS bigint)",
    ]


def _count(condition: str) -> str:
    return f"COUNT(CASE WHEN {condition} THEN 1 END)"
