"""What a step of the set-up reports."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    OK = "ok"  # It was so already.
    MADE = "made"  # It is so now.
    NOTE = "note"  # Good enough to begin with; the words say what a live site needs.
    FAILED = "failed"  # The words say what to do.


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the report; `once` are secrets that nobody will be told again."""

    outcome: Outcome
    title: str
    words: str
    once: tuple[str, ...] = ()
