"""A chart of columns over months: one or two values a month, above or below nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.finance.charts.scale import Scale

_WIDTH, _HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 8, 12, 34
# Of the room of a month, the part that its columns take.
_FILLED = 0.64


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a series, a rectangle in the chart's units; `series` is 0 for the first."""

    x: float
    y: float
    width: float
    height: float
    series: int
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the scale with the value that stands beside it, in minor units."""

    y: float
    minor: int


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    words: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """What the template draws; `view_box` is in units of its own, so that the chart grows with the page."""

    view_box: str
    right: float
    left: float
    baseline: float
    label_y: float
    bars: Sequence[Bar]
    lines: Sequence[Line]
    labels: Sequence[Label]


@dataclass(frozen=True, slots=True)
class Place:
    """What stands over one label: a value per series, in minor units, with its words and where it leads.

    A value that is not known is None, and leaves its place empty.
    """

    label: str
    values: Sequence[int | None]
    words: Sequence[str]
    address: str = ""


def column_chart(places: Sequence[Place]) -> ColumnChart:
    """Lay out the columns of at least one place; values of different series stand side by side."""
    scale = Scale.of([value for place in places for value in place.values if value is not None])
    inner_width, inner_height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    room = inner_width / len(places)

    def y_of(value: int) -> float:
        return round(_TOP + inner_height - scale.place(value, inner_height), 1)

    bars = []
    for at, place in enumerate(places):
        width = room * _FILLED / len(place.values)
        left = _LEFT + room * at + room * (1 - _FILLED) / 2
        for series, (value, words) in enumerate(zip(place.values, place.words, strict=True)):
            if value is None:
                continue
            top, foot = sorted((y_of(value), y_of(0)))
            bars.append(
                Bar(
                    x=round(left + width * series, 1),
                    y=top,
                    width=round(width, 1),
                    height=round(foot - top, 1),
                    series=series,
                    address=place.address,
                    words=words,
                )
            )
    return ColumnChart(
        view_box=f"0 0 {_WIDTH} {_HEIGHT}",
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        baseline=y_of(0),
        label_y=_HEIGHT - _BOTTOM + 22,
        bars=bars,
        lines=[Line(y_of(value), value) for value in scale.lines],
        labels=[
            Label(round(_LEFT + room * (at + 0.5), 1), place.label)
            for at, place in enumerate(places)
        ],
    )
