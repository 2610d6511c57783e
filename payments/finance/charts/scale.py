"""Where a value stands on a chart: a scale from a round number to a round number."""

from collections.abc import Sequence
from dataclasses import dataclass

# A step between two lines of the scale is one of these times a power of ten.
_STEPS = (1, 2, 5)
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `lowest` to `highest`, both multiples of `step`; 0 is always one of them."""

    lowest: int
    highest: int
    step: int

    @classmethod
    def of(cls, values: Sequence[int]) -> "Scale":
        """Return the narrowest scale with few lines that holds 0 and every value."""
        low, high = min([0, *values]), max([0, *values])
        step = _step(max(high - low, 1))
        return cls(-(-low // -step) * -step if low else 0, max(-(-high // step) * step, step), step)

    @property
    def lines(self) -> range:
        return range(self.lowest, self.highest + 1, self.step)

    def place(self, value: int, length: float) -> float:
        """Return how far `value` is from the lowest on an axis of `length`, to a tenth."""
        return round((value - self.lowest) * length / (self.highest - self.lowest), 1)


def _step(span: int) -> int:
    power = 1
    while True:
        for each in _STEPS:
            if span <= each * power * _MOST_LINES:
                return each * power
        power *= 10
