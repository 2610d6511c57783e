"""Pictures of results as numbers that a template writes into an SVG; a table beside each has the same figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from membership.results.progress import Look
from membership.results.statistics import Interval

# Small, so that its letters stay readable on a telephone.
WIDTH, HEIGHT = 420, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 24, 12, 30
# Early intervals are very wide; the picture is of the last one's size, and they run out of it.
_ROOM = 1.6
_DAYS_LABELLED = 4


@dataclass(frozen=True, slots=True)
class Label:
    """A word at a place of the picture."""

    x: float
    y: float
    value: float
    day: date | None = None


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """A difference over time: the band that holds the truth, the estimate in it, and where no difference lies.

    `band` and `line` are points of SVG; labels of `values` are in the interval's unit, for a thousand readers.
    """

    band: str
    line: str
    zero: float
    values: Sequence[Label]
    days: Sequence[Label]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def interval_chart(looks: Sequence[Look], number: int, *, of_money: bool) -> IntervalChart | None:
    """Draw the comparison of that number over the looks; None before there are two days with bounds."""
    points = [
        (look.day, interval)
        for look in looks
        if math.isfinite(
            (interval := _interval(look, number, of_money=of_money)).high - interval.low
        )
    ]
    if len(points) < 2:
        return None
    last = points[-1][1]
    most = max(abs(last.low), abs(last.high)) * _ROOM * 1000 or 1.0
    days = [day for day, _ in points]
    span = (days[-1] - days[0]).days

    def x(day: date) -> float:
        return round(_LEFT + (day - days[0]).days / span * (WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        inside = min(max(value * 1000 / most, -1.0), 1.0)
        return round(_TOP + (1 - inside) / 2 * (HEIGHT - _TOP - _BOTTOM), 1)

    above = [f"{x(day)},{y(each.high)}" for day, each in points]
    below = [f"{x(day)},{y(each.low)}" for day, each in reversed(points)]
    step = _round_step(most)
    ticks = [step * n for n in range(-math.floor(most / step), math.floor(most / step) + 1)]
    every = max(1, math.ceil(len(days) / _DAYS_LABELLED))
    return IntervalChart(
        band=" ".join([*above, *below]),
        line=" ".join(f"{x(day)},{y(each.estimate)}" for day, each in points),
        zero=y(0),
        values=[Label(_LEFT - 8, y(tick / 1000), tick) for tick in ticks],
        days=[Label(x(day), HEIGHT - 8, 0, day) for day in days[::every]],
    )


def _interval(look: Look, number: int, *, of_money: bool) -> Interval:
    comparison = look.comparisons[number]
    return comparison.money if of_money else comparison.giving


def _round_step(most: float) -> float:
    """Return 1, 2 or 5 times a power of ten, of which a few fit below `most`."""
    power = 10.0 ** math.floor(math.log10(most / 2))
    return next(n * power for n in (5, 2, 1) if n * power <= most / 2 or n == 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a bar chart, and its figure in minor units."""

    name: str
    value: int
    y: int
    width: float
    label_x: float


BAR_HEIGHT = 24
_BAR_STEP = 40
_BAR_LEFT = 96


@dataclass(frozen=True, slots=True)
class BarChart:
    """Figures of which none is shown below 0; bars are as long as they are large."""

    bars: Sequence[Bar]
    height: int
    width: int = WIDTH
    left: int = _BAR_LEFT
    thickness: int = BAR_HEIGHT


def bar_chart(values: Sequence[tuple[str, int]]) -> BarChart | None:
    """Draw one bar a value; None where nothing is above 0."""
    most = max((value for _, value in values), default=0)
    if most <= 0:
        return None
    room = WIDTH - _BAR_LEFT - 88
    bars = []
    for number, (name, value) in enumerate(values):
        width = round(max(value, 0) / most * room, 1)
        bars.append(Bar(name, value, 8 + number * _BAR_STEP, width, _BAR_LEFT + width + 8))
    return BarChart(bars, height=8 + len(bars) * _BAR_STEP)
