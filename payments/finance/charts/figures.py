"""What a chart is made of: its title and words, the table of its numbers, and what it leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.finance.charts.columns import ColumnChart, Place, column_chart
from payments.finance.months.calendar import Month
from payments.money import Money

# How many months a chart has.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of the table beside a chart; `values` are minor units, None where one is not known."""

    label: str
    address: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class ChartFigure:
    """A chart with its title, what it says in words, and the table of its numbers.

    `chart` is None of nothing; `missing` says what the figure leaves out and why, empty where it is whole.
    """

    name: str
    title: str
    description: str
    currency: str
    series: Sequence[str]
    rows: Sequence[ChartRow]
    chart: ColumnChart | None
    # The heading of the table's last column, where that is not drawn.
    last_heading: str = ""
    missing: str = ""

    @property
    def has_key(self) -> bool:
        return len(self.series) > 1


def figure_of(  # noqa: PLR0913  the parts of a figure
    name: str,
    *,
    title: str,
    description: str,
    currency: str,
    series: Sequence[str],
    rows: Sequence[ChartRow],
    last_heading: str = "",
    missing: str = "",
) -> ChartFigure:
    """Draw the first values of each row, as many as there are series, all in one currency."""
    drawn = len(series)
    places = [
        Place(
            label=row.label[:3],
            values=row.values[:drawn],
            words=[
                f"{row.label}, {words.lower()}: {_amount(value, currency)}"
                for words, value in zip(series, row.values[:drawn], strict=True)
            ],
            address=row.address,
        )
        for row in rows
    ]
    has_any = any(value for place in places for value in place.values)
    return ChartFigure(
        name,
        title,
        f"{description}, from {rows[0].label} to {rows[-1].label}.",
        currency,
        series,
        rows,
        column_chart(places) if has_any else None,
        last_heading,
        missing,
    )


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: a, b and c."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def spans(months: Sequence[Month]) -> str:
    """Return months that come in order in words, those that follow each other as one span."""
    runs: list[list[Month]] = []
    for month in months:
        if runs and runs[-1][-1] == month.previous:
            runs[-1].append(month)
        else:
            runs.append([month])
    return listed([str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs])


def _amount(value: int | None, currency: str) -> str:
    return "not known" if value is None else Money(value, currency).format("en-GB")
