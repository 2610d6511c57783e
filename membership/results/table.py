"""The results of a campaign as a table: what was shown, what was done, and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from membership.results.counts import Counts, counts_by
from membership.results.givers import FirstYear, first_years
from membership.results.money import Given, Money, checkouts_by, money_by
from membership.results.selections import ResultsSelection


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One group's results. `values` are those of the dimensions, in their order."""

    values: tuple[str, ...]
    counts: Counts
    checkouts: int
    given: Given
    first_years: dict[str, FirstYear]

    @property
    def gifts(self) -> int:
        """Settled collections, in all currencies."""
        return sum(money.gifts for money in self.given.by_currency.values())

    @property
    def starts(self) -> int:
        """Recurring gifts whose first collection settled."""
        return sum(money.starts for money in self.given.by_currency.values())

    def per_thousand(self, currency: str) -> int | None:
        """What stands for a thousand times that the prompt was seen, in minor units; None before it was."""
        money = self.given.by_currency.get(currency, Money())
        return round(money.net * 1000 / self.counts.seen) if self.counts.seen else None


def result_rows(
    selection: ResultsSelection, dimensions: Sequence[str], *, now: datetime
) -> list[ResultRow]:
    """Return a row for each combination of the dimensions' values that anything is known of, in their order.

    Costs a fixed number of queries, whatever the table holds.
    """
    counts = counts_by(selection, dimensions)
    given = money_by(selection, dimensions)
    checkouts = checkouts_by(selection, dimensions)
    years = first_years(selection, dimensions, now=now)
    return [
        ResultRow(
            values,
            counts.get(values, Counts()),
            checkouts.get(values, 0),
            given.get(values, Given()),
            years.get(values, {}),
        )
        for values in sorted({*counts, *given, *checkouts, *years})
    ]


def currencies_of(rows: Sequence[ResultRow]) -> list[str]:
    """Return the currencies that readers gave in, the one of most gifts first."""
    gifts: dict[str, int] = {}
    for row in rows:
        for currency, money in row.given.by_currency.items():
            gifts[currency] = gifts.get(currency, 0) + money.gifts
    return sorted(gifts, key=lambda currency: (-gifts[currency], currency))
